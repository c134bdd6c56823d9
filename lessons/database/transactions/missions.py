"""What to make happen at Quayside Savings. The format is in docs/architecture.md."""


def lose_money(trace: dict, earlier: list[dict]) -> bool:
    """Make money disappear.

    On *Transfer*, without `atomic()`: cut the power while the money is with nobody. The line above the form
    says how much is missing. *Books* puts it back.
    """
    return (
        _stopped(trace)
        and not _ticked(trace, "atomic")
        and len(_balances(trace)) == 1
        and not any("CHECK" in (query.get("error") or "") for query in trace["queries"])
    )


def roll_back(trace: dict, earlier: list[dict]) -> bool:
    """Cut the power at the same place, and lose nothing.

    With `atomic()`. All statements are in the list again, and a ROLLBACK after them.
    """
    return _stopped(trace) and _ticked(trace, "atomic") and len(_balances(trace)) >= 1


def mail_for_nothing(trace: dict, earlier: list[dict]) -> bool:
    """Send a receipt for a transfer that does not exist.

    A transaction takes back rows. What else does a transfer do, and when would it have to happen?
    """
    return _stopped(trace) and _ticked(trace, "atomic") and bool(trace["mail"])


def break_a_transaction(trace: dict, earlier: list[dict]) -> bool:
    """Catch an error, and find that the transaction is broken all the same.

    On *Payday*, one `atomic()` and an `except` inside it. Which statement raises, and why is it not the one
    that was refused?
    """
    return (
        trace["url_name"] == "payday"
        and trace["response"]["status"] == 409
        and trace["request"]["form"]["way"] == ["caught"]
    )


def pay_the_rest(trace: dict, earlier: list[dict]) -> bool:
    """Pay four of five wages in one transaction.

    With a savepoint around each. Find the ROLLBACK that takes back one of them.
    """
    return (
        trace["url_name"] == "payday"
        and trace["response"]["status"] == 200
        and any(query["sql"].startswith("ROLLBACK TO SAVEPOINT") for query in trace["queries"])
    )


def lose_an_update(trace: dict, earlier: list[dict]) -> bool:
    """Let two sessions both succeed, and one payment be lost.

    On *Race*. Both read the same balance, and write what they have made of it. Then let the database add, by
    `F()`.
    """
    values = _balances(trace)
    return (
        trace["url_name"] == "race"
        and trace["response"]["status"] == 409
        and len(values) == 2
        and not any(query.get("error") for query in trace["queries"])
        and not any("version" in query["sql"].partition(" WHERE ")[2] for query in values)
    )


def be_refused(trace: dict, earlier: list[dict]) -> bool:
    """Have the database refuse the second of two sessions.

    The same race inside `atomic()`, with a plain BEGIN. Then with BEGIN IMMEDIATE: where does the second one
    wait now?
    """
    return trace["url_name"] == "race" and any(
        "database is locked" in (query.get("error") or "") or "serialize" in (query.get("error") or "")
        for query in trace["queries"]
    )


def _stopped(trace: dict) -> bool:
    return trace["url_name"] == "transfer" and trace["response"]["status"] == 409


def _ticked(trace: dict, name: str) -> bool:
    return name in (trace["request"]["form"] or {})


def _balances(trace: dict) -> list[dict]:
    """The statements that change a balance."""
    return [query for query in trace["queries"] if query["sql"].startswith('UPDATE "transactions_account"')]
