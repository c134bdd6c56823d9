"""What to make happen in the Reading Room. The format is in docs/architecture.md."""

from urllib.parse import parse_qs, urlsplit

READERS = {"ada", "grace"}


def bag_survives_sign_in(trace: dict, earlier: list[dict]) -> bool:
    """Fill a bag as nobody, then sign in: the bag stays, the key does not.

    1. Signed out, put a book in the bag. In the X-ray, that answer sets a cookie: `sessionid`.
    2. Sign in as **ada**; her password is on the shelf page.
    3. Open the X-ray of the `POST` to `login/`. Under *session*, the key before and the key after differ, and
       the bag is not among what was removed.

    Did you sign in before the bag? Sign out first; signing out ends the session, bag and all.
    """
    session = trace["session"]
    return (
        _signs_in(trace)
        and trace["user"]["before"] is None
        and session["key_before"] not in (None, session["key_after"])
        and "bag" not in session["removed"]
    )


def refused_twice(trace: dict, earlier: list[dict]) -> bool:
    """Be refused twice: with ada's name, and with a name that nobody has.

    Sign out. On the sign-in page try **ada** with a wrong password, then **nobody-at-all** with any.
    Compare the two requests in the X-ray: what the page says, the queries on `auth_user`, the milliseconds.
    Which of them tells a stranger that ada has an account here?
    """
    refused = [_first(seen, "username") for seen in (*earlier, trace) if _is_refused(seen)]
    members = READERS | {seen["user"]["after"] for seen in earlier if seen["url_name"] == "signup"}
    return _is_refused(trace) and bool(members & set(refused)) and bool(set(refused) - members)


def brought_back(trace: dict, earlier: list[dict]) -> bool:
    """Ask for the desk while signed out, and be brought to it after all.

    Sign out and open *Desk*. The answer is a 302 to the sign-in page, and in its `Location`, behind `?next=`,
    stands the page you asked for. Sign in there, and see where the second 302 goes. Without `next` it would
    have been the shelf.
    """
    target = _location(trace)
    return (
        _signs_in(trace)
        and target == _next(trace)
        and any(
            seen["url_name"] == "desk"
            and seen["response"]["status"] == 302
            and seen["request"]["path"] == urlsplit(target).path
            for seen in earlier
        )
    )


def stranger_refused(trace: dict, earlier: list[dict]) -> bool:
    """Follow the stranger's letter, sign in, and do not end up at evil.example.

    The letter is on the shelf page. Look at the address of the sign-in page that it opens, sign in, and find
    the `Location` of the answer. Then look at the hidden fields of that page's form: is `next` among them?
    """
    wanted = urlsplit(_next(trace)).netloc
    return _signs_in(trace) and bool(wanted) and urlsplit(_location(trace)).netloc != wanted


def one_of_two_signs_out(trace: dict, earlier: list[dict]) -> bool:
    """Be ada here and grace in the second browser; sign one of them out.

    *Two side by side* opens a second browser: the same site and database, a cookie jar of its own.
    With both signed in, *Sessions* lists two rows. Sign one out: its X-ray has a `DELETE` on `django_session`
    and a `Set-Cookie` that expired in 1970. Reload *Sessions* as the other reader: which row is left?
    """
    others = _signed_in_readers(earlier)
    others.pop(trace["session"]["key_before"], None)
    leaving = trace["user"]["before"]
    return (
        trace["url_name"] == "logout"
        and leaving is not None
        and trace["session"]["key_after"] is None
        and any(username != leaving for username in others.values())
    )


def _signs_in(trace: dict) -> bool:
    return (
        trace["url_name"] == "login"
        and trace["request"]["method"] == "POST"
        and trace["response"]["status"] == 302
        and trace["user"]["after"] is not None
    )


def _is_refused(trace: dict) -> bool:
    # A refusal is a 200: the form again, with an error. With a field empty no backend looks for the name.
    return (
        trace["url_name"] == "login"
        and trace["request"]["method"] == "POST"
        and trace["response"]["status"] == 200
        and bool(_first(trace, "username"))
        and any('"auth_user"."username" =' in query["sql"] for query in trace["queries"])
    )


def _first(trace: dict, field: str) -> str:
    return ((trace["request"]["form"] or {}).get(field) or [""])[0]


def _next(trace: dict) -> str:
    """`next` as LoginView reads it: from the form, else from the address."""
    return _first(trace, "next") or parse_qs(trace["request"]["query"]).get("next", [""])[0]


def _location(trace: dict) -> str:
    return next((value for name, value in trace["response"]["headers"] if name == "location"), "")


def _signed_in_readers(traces: list[dict]) -> dict[str, str]:
    """Session keys that are signed in after these requests, with the username of each."""
    readers: dict[str, str] = {}
    for trace in traces:
        session, username = trace["session"], trace["user"]["after"]
        readers.pop(session["key_before"], None)
        if trace["url_name"] == "end_other_sessions":
            readers = {key: name for key, name in readers.items() if name != username}
        if session["key_after"] and username:
            readers[session["key_after"]] = username
    return readers
