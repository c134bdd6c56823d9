"""What to make happen at Eight Buoys. The format is in docs/architecture.md."""


def all_at_once(trace: dict, earlier: list[dict]) -> bool:
    """Ask all eight: sync, async in turn, and at once.

    On *Ask all*, take the view that is `def, one after another`, then `async def, awaited in turn`, then the
    one with `gather`. Which of the three is not as fast as its name promises? Compare the bars, then the
    times of the three requests in the X-ray.
    """
    asked = {
        name: [seen["ms"] for seen in _answered([*earlier, trace], name)]
        for name in ("ask_sync", "ask_in_turn", "ask_gather")
    }
    return (
        trace["url_name"] in asked
        and all(asked.values())
        and min(asked["ask_gather"]) < min(max(asked["ask_sync"]), max(asked["ask_in_turn"]))
    )


def refused_by_the_orm(trace: dict, earlier: list[dict]) -> bool:
    """Be refused a query, find the line that asked, and ask in the way that works.

    *Rows* has three async views that query the database on the loop's thread. Open one. The page says 500
    and nothing else, as on a live site; the request in the X-ray has the exception and your line. Afterwards
    take the view that does it right, and count its queries.
    """
    return trace["url_name"] == "rows_async" and any(
        (seen["exception"] or {}).get("type") == "SynchronousOnlyOperation" for seen in earlier
    )


def nobody_left_running(trace: dict, earlier: list[dict]) -> bool:
    """Let one buoy fail, and leave nobody running.

    On *One fails*, Skerry answers 503. Ask by `gather`, and see who goes on after the view has its
    exception. Then ask by `TaskGroup`.
    """
    return (
        _asked(trace, "failing", how="group", fault="down")
        and _says(trace, "Left running: 0.")
        and any(
            _asked(seen, "failing", how="gather", fault="down") and _says(seen, "1 failed")
            for seen in earlier
        )
    )


def partial_answer(trace: dict, earlier: list[dict]) -> bool:
    """Answer in time with what there is.

    On *One fails*, let Skerry never answer, and set a timeout for all of them together. Which buoys are
    heard, and what becomes of the rest?
    """
    return (
        trace["url_name"] == "failing"
        and _query(trace).get("fault") == "silent"
        and _query(trace).get("deadline") == "0.35"
        and any(" cancelled" in text and " 0 cancelled" not in text for text in _messages(trace))
    )


def free_the_loop(trace: dict, earlier: list[dict]) -> bool:
    """Hold five visitors up, then let them go.

    On *The loop*, let the first view wait by `time.sleep`. How long is the longest of the others kept from
    even beginning, and what did asyncio's debug mode write into the log? Then choose a wait that holds
    nobody up.
    """
    return (
        _asked(trace, "loop")
        and _query(trace).get("how") in ("await", "thread")
        and any(
            _asked(seen, "loop") and _query(seen).get("how") in ("sleep", "cpu") and _held_up(seen) > 0
            for seen in earlier
        )
    )


def leave(trace: dict, earlier: list[dict]) -> bool:
    """Leave three times, and find out who noticed.

    On *Leaving*, start the stream and leave it; the async view, and leave it; the sync view, and leave it.
    The log says how each has ended. The X-ray marks requests that nobody was there for: *aborted by the
    browser*. Which one went on to the end nevertheless?
    """
    texts = [text for seen in (*earlier, trace) if seen["url_name"] == "log" for text in _messages(seen)]
    return (
        trace["url_name"] == "log"
        and any(text.startswith("stream: left") for text in texts)
        and any(text.startswith("async: left") for text in texts)
        and any(text.startswith("sync: finished") for text in texts)
        and any(seen["url_name"] == "slow_sync" and seen.get("aborted") for seen in earlier)
    )


def _answered(traces: list[dict], name: str) -> list[dict]:
    return [seen for seen in traces if seen["url_name"] == name and seen["response"]["status"] == 200]


def _query(trace: dict) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in trace["request"]["query"].split("&"))
    return {name: value for name, _, value in pairs}


def _asked(trace: dict, name: str, **query: str) -> bool:
    return trace["url_name"] == name and query.items() <= _query(trace).items()


def _messages(trace: dict) -> list[str]:
    return [message["text"] for message in trace["messages"]]


def _says(trace: dict, words: str) -> bool:
    return any(words in text for text in _messages(trace))


def _held_up(trace: dict) -> int:
    numbers = [int(text.split()[2]) for text in _messages(trace) if text.startswith("Kept waiting: ")]
    return numbers[0] if numbers else -1
