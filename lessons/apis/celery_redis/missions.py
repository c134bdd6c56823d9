"""What to make happen in the lab. The format is in docs/architecture.md."""


def watch_a_roll(trace: dict, earlier: list[dict]) -> bool:
    """Have a roll developed by another process.

    Hand one in on *Develop a roll*. The answer comes at once; the run is a line of its own in the X-ray,
    with the method TASK.
    """
    return _ended(trace, "lab.develop", "SUCCESS")


def outlast_the_bank(trace: dict, earlier: list[dict]) -> bool:
    """Get a payment through a bank that is busy at least twice.

    On *Charge a card*, without jitter. Read in the order's timeline how long each wait was.
    """
    return _ended(trace, "lab.charge", "SUCCESS") and _task(trace)["retries"] >= 2


def pay_twice(trace: dict, earlier: list[dict]) -> bool:
    """Let a customer pay twice for one order.

    Nothing is ever wrong with a try that did not happen. Choose the trouble in which one did, and only its
    answer is missing. Then do the same with an idempotency key.
    """
    if not _ended(trace, "lab.charge", "SUCCESS"):
        return False
    tries = [seen for seen in [*earlier, trace] if _task(seen).get("id") == _task(trace)["id"]]
    return sum(_inserts(seen, "celery_redis_payment") for seen in tries) >= 2


def take_it_back(trace: dict, earlier: list[dict]) -> bool:
    """Take back a reminder that the worker holds already.

    Give it twenty seconds on *Remind a customer*, and look for it on *Worker* below `scheduled`. Then go back
    to *Remind a customer* and revoke it.
    """
    if trace["url_name"] != "revoke" or not _inserts(trace, "celery_redis_event"):
        return False
    handed_in = [
        seen["at"]
        for seen in earlier
        if seen["request"]["method"] == "POST" and seen["request"]["path"].endswith("/remind/")
    ]
    looks = [seen["at"] for seen in earlier if seen["url_name"] == "workers"]
    return any(hand < look < trace["at"] for hand in handed_in for look in looks)


def tear_a_frame(trace: dict, earlier: list[dict]) -> bool:
    """Lose a contact sheet because of one torn frame.

    On *Contact sheet*. All other frames are scanned, and their results are there. Who is told?
    """
    return _ended(trace, "lab.scan_frame", "FAILURE") and _task(trace)["exception"]["type"] == "TornFrame"


def kill_and_resume(trace: dict, earlier: list[dict]) -> bool:
    """Kill the process that prints a series, and have another one finish it.

    On *Print a series*. Try all three ways to acknowledge: in two of them the rest is never printed.
    """
    if not _ended(trace, "lab.print_again", "SUCCESS"):
        return False
    first = [
        seen for seen in earlier if _task(seen).get("id") == _task(trace)["id"] and seen["id"] != trace["id"]
    ]
    return bool(first) and any(seen["url_name"] == "kill" for seen in earlier)


def _task(trace: dict) -> dict:
    """The run that this trace is of; nothing where it is of a request."""
    return trace["tasks"][0] if trace["request"]["method"] == "TASK" and trace["tasks"] else {}


def _ended(trace: dict, name: str, state: str) -> bool:
    task = _task(trace)
    return task.get("name") == name and task.get("state") == state


def _inserts(trace: dict, table: str) -> int:
    return sum(query["sql"].startswith(f'INSERT INTO "{table}"') for query in trace["queries"])
