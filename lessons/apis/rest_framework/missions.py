"""What to make happen at the Saltmarsh Bird Log. The format is in docs/architecture.md."""

from urllib.parse import parse_qs


def narrow_it(trace: dict, earlier: list[dict]) -> bool:
    """Ask for flocks only: filtered and ordered by the address alone.

    On *Workbench*, compose a query for `sightings/` with `at_least` and an `ordering`, and send it. In the
    X-ray both have become SQL: a `WHERE` and an `ORDER BY`, and a `COUNT(*)` before them for the paginator.
    """
    asked = _query(trace)
    return (
        trace["url_name"] == "sighting-list"
        and trace["response"]["status"] == 200
        and asked.get("ordering", [""])[0].lstrip("-") in ("count", "seen_at")
        and any('"count" >= ' in query["sql"] for query in trace["queries"])
    )


def shift_a_page(trace: dict, earlier: list[dict]) -> bool:
    """See the same bird on two pages, and find the reader that does not.

    On *Paging*, read a first page by number. Have somebody record a bird, then turn to the next page. Do the
    same with the cursor: it goes on behind the last row that it has sent.
    """
    seen = [*earlier, trace]
    return _is_turned(seen, _is_numbered) and _is_turned(seen, _is_fed)


def be_refused_a_row(trace: dict, earlier: list[dict]) -> bool:
    """Sign in, and be refused somebody else's sighting: 403, after the row was read.

    Choose *bo* at the top, then *Correct Ada's*. The X-ray has the `SELECT` of the row and no `UPDATE`: an
    object permission is asked about an object, so there has to be one first.
    """
    return (
        trace["url_name"] == "sighting-detail"
        and trace["request"]["method"] in ("PUT", "PATCH", "DELETE")
        and trace["response"]["status"] == 403
        and trace["user"]["before"] is not None
        and any(
            query["sql"].startswith("SELECT") and "demo_sighting" in query["sql"]
            for query in trace["queries"]
        )
    )


def open_the_door(trace: dict, earlier: list[dict]) -> bool:
    """Choose classes that let anybody delete, and classes that let nobody unknown read.

    On *Permissions*. Ask again with two other sets than `SightingViewSet` has, and read the column
    *anonymous* from top to bottom.
    """
    open_to_all, closed = {"allow-any"}, {"signed-in", "staff", "model-permissions"}
    chosen = {_permissions(seen) for seen in [*earlier, trace]}
    return bool(_permissions(trace) and chosen & open_to_all and chosen & closed)


def be_throttled(trace: dict, earlier: list[dict]) -> bool:
    """Ask so often that you are told to wait, and for how long.

    On *Throttle*. The answer is 429, and its `Retry-After` says in how many seconds the oldest request leaves
    the window.
    """
    return trace["url_name"] == "totals" and trace["response"]["status"] == 429


def forget_the_join(trace: dict, earlier: list[dict]) -> bool:
    """Send for the same feed with and without `select_related()`, and count.

    *The feed, by cursor* and *The feed, unjoined*, both on *Workbench*. The results are the same;
    the X-ray marks the statements that are alike.
    """
    names = {"feed-list", "unjoined-list"}
    return _is_read(trace) and any(
        _is_read(seen) and {seen["url_name"], trace["url_name"]} == names for seen in earlier
    )


def _query(trace: dict) -> dict[str, list[str]]:
    return parse_qs(trace["request"]["query"])


def _is_turned(traces: list[dict], is_page) -> bool:
    """A first page was read, then a bird recorded, then the next page read."""
    has_first = has_come = False
    for seen in traces:
        if is_page(seen, first=True):
            has_first, has_come = True, False
        elif seen["url_name"] == "arrival" or _is_created(seen):
            has_come = has_first
        elif has_come and is_page(seen, first=False):
            return True
    return False


def _is_numbered(trace: dict, *, first: bool) -> bool:
    return _is_got(trace, "sighting-list") and _query(trace).get("page", ["1"]) == ["1" if first else "2"]


def _is_fed(trace: dict, *, first: bool) -> bool:
    return _is_got(trace, "feed-list") and ("cursor" in _query(trace)) is not first


def _is_got(trace: dict, name: str) -> bool:
    return (
        trace["url_name"] == name
        and trace["request"]["method"] == "GET"
        and trace["response"]["status"] == 200
    )


def _is_created(trace: dict) -> bool:
    return trace["url_name"] == "sighting-list" and trace["response"]["status"] == 201


def _is_read(trace: dict) -> bool:
    return trace["url_name"] in ("feed-list", "unjoined-list") and trace["response"]["status"] == 200


def _permissions(trace: dict) -> str:
    if trace["url_name"] != "matrix" or trace["response"]["status"] != 200:
        return ""
    return _query(trace).get("permissions", [""])[0]
