"""What to make happen at Night Mail. The format is in docs/architecture.md."""

import re


def board_without_sorting(trace: dict, earlier: list[dict]) -> bool:
    """Ask for a depot's board without an index, then with one that saves the sorting too.

    On *Indexes*. With *none* the plan reads all parcels and sorts. Which set of indexes makes both marks go
    away? One of them leaves the sorting to be done.
    """
    return _asked(trace, "board", {"parcels_composite", "parcels_all"}) and any(
        _asked(seen, "board", {"parcels"}) for seen in earlier
    )


def an_index_in_vain(trace: dict, earlier: list[dict]) -> bool:
    """Have an index that is not used; then ask so that it is.

    *single* has an index on `posted_at`. Ask it for one day by a function of the column, and read the plan.
    Then for the same day by a range. The rows are the same.
    """
    having = {"parcels_single", "parcels_all"}
    return _asked(trace, "day_by_range", having) and any(
        _asked(seen, "day_by_function", having) for seen in earlier
    )


def n_plus_one(trace: dict, earlier: list[dict]) -> bool:
    """Make a list of 25 with more than 25 queries, then the same list with three at most.

    On *Lists*. In the X-ray the alike statements are folded. Parcels with their customers or customers with
    their parcels, as you like, but the second list has to be about the same.
    """
    kind = _list_of(trace)
    return (
        bool(kind)
        and len(trace["queries"]) <= 3
        and any(_list_of(seen) == kind and len(seen["queries"]) > 25 for seen in earlier)
    )


def left_out(trace: dict, earlier: list[dict]) -> bool:
    """Read a column that only() has left out, and count what that costs.

    On *Columns*. It works without a word: each row fetches the missing column by itself.
    """
    fetched = [
        query for query in trace["queries"] if re.match(r'SELECT "\w+"\."id", "\w+"\."note" ', query["sql"])
    ]
    return trace["url_name"] == "trap" and len(fetched) > 25


def the_last_page(trace: dict, earlier: list[dict]) -> bool:
    """Open the last page by offset, then the same rows by key.

    On *Pages*. Look at the time, and at the number behind `OFFSET`. Then *The same rows, by key*.
    """
    key = _number(trace, r'"id" < (\d+)')
    return (
        key is not None
        and key <= 100
        and any((_number(seen, r"OFFSET (\d+)") or 0) >= 10_000 for seen in earlier)
    )


def _asked(trace: dict, question: str, aliases: set[str]) -> bool:
    """The question ran to its end on one of these files."""
    form = trace["request"]["form"] or {}
    return (
        trace["url_name"] == "bench"
        and trace["request"]["method"] == "POST"
        and trace["response"]["status"] == 302
        and form.get("question") == [question]
        and any(query["alias"] in aliases for query in trace["queries"])
    )


def _list_of(trace: dict) -> str:
    """ "parcels" or "customers", where a list of 25 was made."""
    found = re.search(r"way=(parcels|customers)_", trace["request"]["query"] or "")
    answered = trace["url_name"] == "lists" and trace["response"]["status"] == 200 and trace["queries"]
    return found[1] if found and answered else ""


def _number(trace: dict, pattern: str) -> int | None:
    if trace["url_name"] != "paging":
        return None
    found = [re.search(pattern, query["sql"]) for query in trace["queries"]]
    return next((int(match[1]) for match in found if match), None)
