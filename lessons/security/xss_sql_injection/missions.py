"""What to make happen in the bookshop. The format is in docs/architecture.md."""

from urllib.parse import unquote_plus


def steal(trace: dict, earlier: list[dict]) -> bool:
    """Steal Mira's pass with an entry in the guest book.

    With the rendering **as they came**, no policy and no HttpOnly, post *An image that fails*. In the X-ray
    one request is not Mira's doing: `GET …/guestbook/thief/`, and her pass stands in its query.
    """
    return trace["url_name"] == "thief" and "readers_pass=" in _query(trace)


def httponly_is_not_enough(trace: dict, earlier: list[dict]) -> bool:
    """Hide the pass from scripts, and be robbed all the same.

    After a theft, tick **HttpOnly** and look at `Set-Cookie` in the X-ray. The same entry now comes to the
    thief with an empty hand. Then post *A form*, and fill it in as Mira would.
    """
    return (
        trace["url_name"] == "thief"
        and "pin=" in _query(trace)
        and any(steal(each, []) for each in earlier)
        and _cookie_is_httponly(earlier)
    )


def second_wall(trace: dict, earlier: list[dict]) -> bool:
    """Leave the hole open, and let the browser refuse.

    With the rendering still **as they came**, choose a policy and post *A script*. The script is in the
    page's source and does not run; a `POST` to `report/` says why. Find `Content-Security-Policy` in the
    response before it.
    """
    return (
        trace["url_name"] == "report"
        and trace["response"]["status"] == 204
        and _last_wall(earlier) == "xss_sql_injection/guestbook_open.html"
    )


def through_the_wall(trace: dict, earlier: list[dict]) -> bool:
    """Get the pass out although there is a policy for scripts.

    HttpOnly off, **scripts with a nonce** on, the rendering **as they came**. One of the entries needs no
    script of its own: it stands in the shop's, nonce and all. Which one, and which line of the template lets
    it?
    """
    wall = next((each for each in reversed(earlier) if each["url_name"] == "guestbook"), None)
    return (
        steal(trace, [])
        and wall is not None
        and "script-src 'nonce-" in _header(wall, "content-security-policy")
    )


def apostrophe(trace: dict, earlier: list[dict]) -> bool:
    """Break the search with a customer's name, then find her book.

    Search for **O'Brien** while the statement is glued together: the database complains, and that error is
    what an attacker looks for. Choose another way to ask, and search again.
    """
    broken = [each for each in earlier if _failed(each) and _asked(each) == "O'Brien"]
    return _searched(trace) and not _failed(trace) and _asked(trace) == "O'Brien" and bool(broken)


def staff_pins(trace: dict, earlier: list[dict]) -> bool:
    """Read the staff's PINs through the search for books.

    The statement has to be glued together. *Another table* shows how; which rows are really the staff's? The
    X-ray has the statement as the database read it.
    """
    return _searched(trace) and not _failed(trace) and _reads_staff(trace)


def same_words_no_harm(trace: dict, earlier: list[dict]) -> bool:
    """Ask the same again, and find no such title.

    After you have read the PINs, choose parameters or the ORM and ask *Another table* once more. Where in the
    X-ray's statement do your words stand now, and between what?
    """
    return (
        _searched(trace)
        and not _failed(trace)
        and "UNION SELECT" in _asked(trace)
        and "FROM xss_sql_injection_staff" in _asked(trace)
        and not _reads_staff(trace)
        and any(_searched(each) and _reads_staff(each) for each in earlier)
    )


def _query(trace: dict) -> str:
    return unquote_plus(trace["request"]["query"])


def _header(trace: dict, name: str) -> str:
    return next((value for key, value in trace["response"]["headers"] if key.lower() == name), "")


def _cookie_is_httponly(traces: list[dict]) -> bool:
    """As it was last set."""
    for trace in reversed(traces):
        for cookie in trace["cookies"]:
            if cookie["name"] == "readers_pass":
                return bool(cookie["attributes"].get("httponly"))
    return False


def _last_wall(traces: list[dict]) -> str:
    """The template of the wall that was shown last."""
    for trace in reversed(traces):
        if trace["url_name"] == "guestbook":
            return next((each["name"] for each in trace["templates"] if "guestbook_" in each["name"]), "")
    return ""


def _searched(trace: dict) -> bool:
    return trace["url_name"] == "search" and trace["response"]["status"] == 200


def _asked(trace: dict) -> str:
    parts = dict(part.partition("=")[::2] for part in trace["request"]["query"].split("&"))
    return unquote_plus(parts.get("q", ""))


def _failed(trace: dict) -> bool:
    return any(query.get("error") for query in trace["queries"])


def _reads_staff(trace: dict) -> bool:
    """Whether the table stands in the statement itself, and not between quotes."""
    for query in trace["queries"]:
        outside = "".join(query["sql"].replace("''", "").split("'")[::2])
        if "FROM xss_sql_injection_staff" in outside and "UNION" in outside:
            return True
    return False
