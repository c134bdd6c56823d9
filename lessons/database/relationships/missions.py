"""What to make happen at Low Tide Records. The format is in docs/architecture.md."""


def give_a_profile(trace: dict, earlier: list[dict]) -> bool:
    """Read a OneToOne that isn't there; then fill the gap.

    Dov, Finn and Gwen have no profile. Open one of them from *All rows*, and read what `musician.profile`
    answers. Then give that musician a profile.
    """
    path = trace["request"]["path"]
    return (
        trace["url_name"] == "profile"
        and trace["response"]["status"] == 302
        and any(sql.startswith('INSERT INTO "relationships_profile"') for sql in _sql(trace))
        and any(
            seen["url_name"] == "row"
            and seen["request"]["path"].rstrip("/").endswith("/rows/musician/" + path.split("/")[-3])
            for seen in earlier
        )
    )


def join_a_band(trace: dict, earlier: list[dict]) -> bool:
    """Put somebody into a band, with an instrument and a year.

    On *Through*. Either write the row in the middle yourself, or let `add()` write it: the data of the row
    travels in `through_defaults`. The X-ray shows the same INSERT for both, and a SELECT more for one.
    """
    return (
        trace["url_name"] == "join"
        and trace["response"]["status"] == 302
        and any(sql.startswith('INSERT INTO "relationships_membership"') for sql in _sql(trace))
    )


def join_twice(trace: dict, earlier: list[dict]) -> bool:
    """Be refused by the constraint of the middle table.

    Ada sings in The Slow Ferries. Let her join once more, by `create()`, and read which two columns the
    database names. Then the same by `add()`: nothing is inserted, and nobody is told.
    """
    return trace["url_name"] == "join" and any(
        "UNIQUE" in (query.get("error") or "") and "relationships_membership" in query["sql"]
        for query in trace["queries"]
    )


def tour_and_band(trace: dict, earlier: list[dict]) -> bool:
    """Be refused a tour; then delete its whole band, tour and all.

    *Small Rooms* has gigs, so `RESTRICT` keeps it. Then try to delete its band, Paper Lantern.
    Both are trials: leave *For real* alone. Why may the gigs go now?
    """
    return (
        _is_trial(trace, "band", 200)
        and any(sql.startswith('DELETE FROM "relationships_tour"') for sql in _sql(trace))
        and any(_is_trial(seen, "tour", 409) for seen in earlier)
    )


def leave_it_dangling(trace: dict, earlier: list[dict]) -> bool:
    """Leave a foreign key pointing at nothing, and have the database find it.

    Delete a label by SQL, past Django: `SET_NULL` is not in the table, so nobody sets anything.
    Or delete *Night Crossing* by `row.delete()`: an arrow at its tracks says `DO_NOTHING`. The DELETE goes
    through. What refuses it comes later.
    """
    return (
        trace["url_name"] == "delete"
        and trace["response"]["status"] == 409
        and any(sql.startswith('DELETE FROM "relationships_') for sql in _sql(trace))
    )


def _sql(trace: dict) -> list[str]:
    return [query["sql"] for query in trace["queries"]]


def _is_trial(trace: dict, kind: str, status: int) -> bool:
    return (
        trace["url_name"] == "delete"
        and trace["request"]["method"] == "POST"
        and trace["response"]["status"] == status
        and f"/rows/{kind}/" in trace["request"]["path"]
    )
