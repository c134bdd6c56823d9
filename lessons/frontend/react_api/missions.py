"""What to make happen in the workshop. The format is in docs/architecture.md."""


def move_a_card(trace: dict, earlier: list[dict]) -> bool:
    """Move a bicycle, and find the three headers that the request needed.

    Sign in, and press an arrow on a card, or drag it. In the X-ray open the `PATCH`: a cookie that says who
    you are, a token that says from which page, and a version that says what you had seen.
    """
    return _is_patch(trace, 200) and all(
        _header(trace, name) for name in ("cookie", "x-csrftoken", "if-match")
    )


def without_the_token(trace: dict, earlier: list[dict]) -> bool:
    """Be refused for a missing CSRF token.

    Take the tick off *Send the CSRF token*, and move a bicycle. The card jumps back: the script had moved
    it before the server had said a word.
    """
    return _is_patch(trace, 403) and trace["user"]["before"] is not None and not _header(trace, "x-csrftoken")


def rolled_back(trace: dict, earlier: list[dict]) -> bool:
    """Have a move refused, and see it taken back.

    Let the server *refuse with 503*. After the error the page asks for the card, because it can't know what
    became of it.
    """
    return _asks_after(trace, earlier, 503, written=False)


def lost_answer(trace: dict, earlier: list[dict]) -> bool:
    """Lose an answer, and find out that the move was written.

    *Writes, then loses the answer*: the UPDATE is in the X-ray, and the status is 504. A page that takes
    the card back now is wrong.
    """
    return _asks_after(trace, earlier, 504, written=True)


def too_late(trace: dict, earlier: list[dict]) -> bool:
    """Move a card that somebody else has moved.

    Open *Two side by side*. Be mika in one browser and noor in the other, with the board loaded in both.
    Let mika move a card, then noor the same one, without loading the page again.
    """
    return _is_patch(trace, 412) and any(
        _is_patch(seen, 200)
        and seen["request"]["path"].split("/api/")[-1] == trace["request"]["path"].split("/api/")[-1]
        and seen["persona"] != trace["persona"]
        for seen in earlier
    )


def third_page(trace: dict, earlier: list[dict]) -> bool:
    """Follow two cursors.

    Press *More of Ready* until there is no more. Read a cursor in the X-ray: it is base64, and has the last
    card of the page before in it. The SQL has a `WHERE` in place of an `OFFSET`.
    """
    return _has_cursor(trace) and any(
        _has_cursor(seen) and seen["request"]["query"] != trace["request"]["query"] for seen in earlier
    )


def measure_both(trace: dict, earlier: list[dict]) -> bool:
    """Measure an app and islands.

    *Side by side* loads both in frames and counts. Which of them had its cards first, and which came with
    less?
    """
    seen = {_form(other).get("page") for other in [*earlier, trace] if _is_measured(other)}
    return _is_measured(trace) and seen >= {"app", "islands"}


def _is_patch(trace: dict, status: int) -> bool:
    return (
        trace["url_name"] == "card-detail"
        and trace["request"]["method"] == "PATCH"
        and trace["response"]["status"] == status
    )


def _header(trace: dict, name: str) -> str:
    return dict(trace["request"]["headers"]).get(name, "")


def _asks_after(trace: dict, earlier: list[dict], status: int, written: bool) -> bool:
    """A GET of a card whose PATCH was answered so."""
    return (
        trace["url_name"] == "card-detail"
        and trace["request"]["method"] == "GET"
        and any(
            _is_patch(seen, status)
            and seen["request"]["path"] == trace["request"]["path"]
            and any(query["sql"].startswith("UPDATE") for query in seen["queries"]) is written
            for seen in earlier
        )
    )


def _has_cursor(trace: dict) -> bool:
    return trace["url_name"] == "card-list" and "cursor=" in trace["request"]["query"]


def _is_measured(trace: dict) -> bool:
    return trace["url_name"] == "measured" and trace["response"]["status"] == 201


def _form(trace: dict) -> dict:
    return {name: values[0] for name, values in (trace["request"]["form"] or {}).items() if values}
