"""What to make happen in the left-luggage office. The format is in docs/architecture.md."""

import re
from base64 import urlsafe_b64decode

LINK = re.compile(r"/reset/([^/\s]+)/([^/\s]+)/")
THREE_DAYS = 72  # hours, PASSWORD_RESET_TIMEOUT
ENTERED = "_password_reset_token"


def reset_by_mail(trace: dict, earlier: list[dict]) -> bool:
    """Forget ada's password, and get back in with a letter.

    1. *Sign in*, *Forgot the password?*, `ada@analytical.example`. Open *Mail* and click the link.
    2. Set a new password of twelve characters or more, and sign in with it.
    3. In the X-ray, find the two requests to `reset/…`: the first has the token in its path, answers 302, and
       adds `_password_reset_token` to the session. The second has `set-password` where the token was.
    """
    session = trace["session"]
    pk = session["added"].get("_auth_user_id") or session["changed"].get("_auth_user_id", [None, None])[1]
    return _signs_in(trace) and any(_sets_password(seen) and _pk(seen) == pk for seen in earlier)


def link_used_twice(trace: dict, earlier: list[dict]) -> bool:
    """Click the link of a letter again after it has done its work, and be refused.

    Use a link to set a password, then click it in *Mail* once more: "This link does not work". The X-ray has
    a query for the user, and no write anywhere: nothing marks a link as used. So how is it known? On
    *Workbench*, pick the link below the field, and see which line of *What the hash is made of* has changed.
    """
    key = _mailed_link(trace, earlier)
    if not _is_refused(trace) or key is None:
        return False
    since = earlier[key + 1 :]
    entered = any(_path(seen) == _path(trace) and ENTERED in _session_after(seen) for seen in since)
    return entered and any(_sets_password(seen) and _uid(seen) == _uid(trace) for seen in since)


def overtaken_link(trace: dict, earlier: list[dict]) -> bool:
    """Kill a link that nobody has used: sign in before you click it.

    1. Signed out, ask for a letter to `grace@navy.example`. Do not click its link yet.
    2. Sign in as **grace** (`nanosecond-wire`). Now click the link in *Mail*: it does not work.
    3. Her password is as it was. Take the link apart on *Workbench* and look for the line that is not.

    Changing her password or her address (both on *Account*) instead of signing in does the same.
    """
    key = _mailed_link(trace, earlier)
    if not _is_refused(trace) or key is None:
        return False
    since = earlier[key + 1 :]
    return any(_touches_account(seen) for seen in since) and not any(
        _sets_password(seen) or seen["url_name"] == "set_bench" for seen in since
    )


def out_of_time(trace: dict, earlier: list[dict]) -> bool:
    """Let a link grow too old.

    1. Ask for a letter. Under *Turn something*, at the end of *Workbench*, set *The generator’s clock* to
       73 hours ahead, and click the link in *Mail*.
    2. Take it apart on *Workbench*: no ingredient has changed, the hash is right, and the last of the
       questions is answered no. At 71 hours the same link works.
    3. Set the clock back when you are done: links of the next missions would be too old as well.
    """
    key = _mailed_link(trace, earlier)
    if not _is_refused(trace) or key is None:
        return False
    settings = [seen for seen in earlier[key + 1 :] if seen["url_name"] == "set_bench"]
    others = any(_touches_account(seen) or _sets_password(seen) for seen in earlier[key + 1 :])
    if not settings or others:
        return False
    hours = _first(settings[-1], "clock_hours")
    return hours.isdigit() and int(hours) > THREE_DAYS


def other_browser_out(trace: dict, earlier: list[dict]) -> bool:
    """Be ada in two browsers, change her password in one, and watch the other.

    *Two side by side*, sign in as **ada** in both. In the first: *Account*, *Change it*. The table below now
    has a row whose two hashes differ. Reload *Account* in the second browser: in the X-ray its session is
    flushed and its user is nobody. Nothing had told that browser; its own request found it out.

    Then try *Change it by hand*: which browser is out this time?
    """
    leaving = trace["user"]["before"]
    if leaving is None or trace["user"]["after"] is not None or trace["url_name"] == "logout":
        return False
    return any(
        seen["url_name"] == "change"
        and seen["request"]["method"] == "POST"
        and seen["response"]["status"] == 302
        and seen["user"]["after"] == leaving
        and seen["persona"] != trace["persona"]
        for seen in earlier
    )


def told_by_the_clock(trace: dict, earlier: list[dict]) -> bool:
    """Find out who has an account with nothing but a stopwatch.

    1. On *Workbench*, under *Turn something*, choose *In the request; the mail server takes 0.8 s*.
    2. Signed out, ask for links to `ada@analytical.example` and to an address that you make up. Both pages
       say the same: compare the milliseconds of the two `POST reset/` in the X-ray.
    3. Now let letters go *after the request*, and compare again.
    """
    asked = [seen for seen in (*earlier, trace) if _asks(seen)]
    slow = any(seen["mail"] and seen["ms"] > 700 for seen in asked)
    quick = any(not seen["mail"] and seen["ms"] < 500 for seen in asked)
    return _asks(trace) and slow and quick


def _signs_in(trace: dict) -> bool:
    return (
        trace["url_name"] == "login"
        and trace["request"]["method"] == "POST"
        and trace["response"]["status"] == 302
    )


def _asks(trace: dict) -> bool:
    return trace["url_name"] == "reset" and trace["response"]["status"] == 302


def _sets_password(trace: dict) -> bool:
    return (
        trace["url_name"] == "confirm"
        and trace["request"]["method"] == "POST"
        and trace["response"]["status"] == 302
        and ENTERED in trace["session"]["removed"]
    )


def _is_refused(trace: dict) -> bool:
    return trace["url_name"] == "confirm" and trace["response"]["status"] == 200


def _touches_account(trace: dict) -> bool:
    return (
        trace["url_name"] in ("login", "change", "change_by_hand", "change_address")
        and trace["request"]["method"] == "POST"
        and trace["response"]["status"] == 302
    )


def _mailed_link(trace: dict, earlier: list[dict]) -> int | None:
    """The index of the request whose letter has the link that this request asks for."""
    wanted = _path(trace)
    for index, seen in enumerate(earlier):
        found = [match.groups() for letter in seen["mail"] for match in LINK.finditer(letter["body"])]
        if wanted is not None and wanted in found:
            return index
    return None


def _path(trace: dict) -> tuple[str, str] | None:
    """uidb64 and token of the address that was asked for, whichever browser asked."""
    found = LINK.search(trace["request"]["path"])
    return (found[1], found[2]) if found else None


def _pk(trace: dict) -> str:
    """Whose link it was: a primary key, as sessions write it."""
    uid = _uid(trace) or ""
    return urlsafe_b64decode(uid + "=" * (-len(uid) % 4)).decode()


def _uid(trace: dict) -> str | None:
    path = _path(trace)
    return path and path[0]


def _session_after(trace: dict) -> dict:
    session = trace["session"]
    return {**session["added"], **session["changed"]}


def _first(trace: dict, field: str) -> str:
    return ((trace["request"]["form"] or {}).get(field) or [""])[0]
