"""What to make happen in Leaf & Ledger. The format is in docs/architecture.md."""

from urllib.parse import parse_qs


def move_the_numbers(trace: dict, earlier: list[dict]) -> bool:
    """Place an order, and see the revenue of its year move.

    Note the revenue on the dashboard, press *Add an order*, and send the form with the status **Paid**.
    You land on the dashboard of that year. Under *The query* of the headline figures stands why a
    **cancelled** order would have changed nothing here.
    """
    return (
        trace["url_name"] == "dashboard"
        and trace["response"]["status"] == 200
        and any(_is_paid_order(seen) for seen in earlier)
    )


def keep_some_groups(trace: dict, earlier: list[dict]) -> bool:
    """Build a query that has both a WHERE and a HAVING.

    In the *Builder*: some lines only (step 3), some groups only (step 4). Both steps are `filter()` in
    Python. Compare the two coloured clauses: one knows about columns, the other about aggregates, and
    GROUP BY stands between them.
    """
    return trace["url_name"] == "builder" and any(
        " WHERE " in sql and " GROUP BY " in sql.partition(" WHERE ")[2] and " HAVING " in sql
        for sql in _sql(trace)
    )


def sell_by_reviewing(trace: dict, earlier: list[dict]) -> bool:
    """Sell tea by writing a review. (This one is a bug.)

    On *Two joins* choose a product, add a review to it, and watch the units of the first box. Nobody
    bought anything: each review gives every line one more row to be added up in. Then look which of the
    three repairs is wrong too.
    """
    product = _choice(trace, "product")
    multiplied = any(sql.count(" JOIN ") >= 2 and 'COUNT("' in sql and "SUM(" in sql for sql in _sql(trace))
    return (
        trace["url_name"] == "join"
        and multiplied
        and any(
            seen["url_name"] == "add_review"
            and (seen["request"]["form"] or {}).get("product") == [product]
            and any(sql.startswith("INSERT") for sql in _sql(seen))
            for seen in earlier
        )
    )


def sum_of_nothing(trace: dict, earlier: list[dict]) -> bool:
    """Get None out of a Sum.

    On *Nothing*, choose a year or a category in which nothing was sold. Which of the six aggregates are None,
    and which are 0? The X-ray has a new last query: the page asks in which years there *are* sales.
    """
    looked_elsewhere = any("SELECT DISTINCT" in sql and "'year'" in sql for sql in _sql(trace))
    return trace["url_name"] == "nothing" and looked_elsewhere


def one_query_a_row(trace: dict, earlier: list[dict]) -> bool:
    """Open a list that asks a question for every row; then the same list with one.

    *Per row* starts with the property, and the X-ray marks 23 of its 24 queries as alike. Switch to the
    annotation, and compare the number of queries, and the milliseconds.
    """
    return (
        trace["url_name"] == "per_row"
        and _most_repeated(trace) == 1
        and any(seen["url_name"] == "per_row" and _most_repeated(seen) >= 10 for seen in earlier)
    )


def _sql(trace: dict) -> list[str]:
    return [query["sql"] for query in trace["queries"]]


def _most_repeated(trace: dict) -> int:
    fingerprints = [query["fingerprint"] for query in trace["queries"]]
    return max((fingerprints.count(fingerprint) for fingerprint in fingerprints), default=0)


def _choice(trace: dict, field: str) -> str:
    return parse_qs(trace["request"]["query"]).get(field, [""])[0]


def _is_paid_order(trace: dict) -> bool:
    return (
        trace["url_name"] == "add_order"
        and trace["response"]["status"] == 302
        and (trace["request"]["form"] or {}).get("status") == ["paid"]
    )
