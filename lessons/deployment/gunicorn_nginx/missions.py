"""What to make happen in the tea house. The format is in docs/architecture.md."""


def another_one_comes(trace: dict, earlier: list[dict]) -> bool:
    """Kill a worker, and see the master start another.

    Open a tea house. In *Who is there*, send `KILL` to a worker: it can't catch that, or clean up. What does
    the error log say about it, and which number has the new one?
    """
    return trace["url_name"] == "worker" and _says(trace, "SIGKILL to worker", "the master had started")


def not_one_lost(trace: dict, earlier: list[dict]) -> bool:
    """Deploy a new blend under load, and lose not one request.

    *Requests without a break*, with *A new blend, and HUP to the master* in the middle. Look at the lanes:
    which workers pour what, and is there a moment at which nobody answers? For comparison, do the same with
    `KILL`.
    """
    return trace["url_name"] == "burst" and _says(trace, "HUP to the master", ", 0 failed", " then ")


def nothing_held(trace: dict, earlier: list[dict]) -> bool:
    """Hold every worker with slow clients; then put nginx before them.

    *Slow clients*, through *no nginx: Gunicorn itself*, on sync workers. How long does a cup of tea take
    meanwhile? Then the same through *nginx, as it is by default*. Who waits for the slow ones now?
    Without nginx on this machine: open a house of gthread workers, and compare.
    """
    is_compared = _says(trace, "as it is by default") or _says(trace, "no nginx here")
    return (
        trace["url_name"] == "slow"
        and is_compared
        and any(
            seen["url_name"] == "slow"
            and _says(seen, "Gunicorn itself")
            and _form(seen, "kind") == _form(trace, "kind")
            and _holds_all(seen)
            for seen in earlier
        )
    )


def nobody_behind_it(trace: dict, earlier: list[dict]) -> bool:
    """Get a 502, find out who wrote it, and end it.

    *Stop Gunicorn*, and ask for one page on *One request*. Which server answers, and what does its error log
    say? Then start Gunicorn again. Does nginx have to be told?
    """
    refused = ("nginx: 502", "Gunicorn: no answer")
    return _says(trace, " 200 OK after") and any(
        seen["url_name"] == "look" and any(_says(seen, words) for words in refused) for seen in earlier
    )


def too_slow(trace: dict, earlier: list[dict]) -> bool:
    """Have a worker killed by its master.

    *Close, choose anew*: sync workers, and a timeout of 3 s. Then ask for the page that takes six seconds.
    What does the visitor get, and when? Find the two lines about it in Gunicorn's error log.
    """
    return (
        trace["url_name"] == "look"
        and "6000" in trace["request"]["query"]
        and any(_says(trace, words) for words in (": 500 Internal", ": 502 Bad", ": no answer"))
        and any(seen["url_name"] == "open" and _form(seen, "timeout") == "3" for seen in earlier)
    )


def worn_out(trace: dict, earlier: list[dict]) -> bool:
    """Renew all workers without a command, and without a loss.

    *Close, choose anew*, with `max_requests` 20. Then *Requests without a break*, and nothing in the middle.
    Why does no request fail, although workers end all the time?
    """
    return (
        trace["url_name"] == "burst"
        and _says(trace, "Nothing: ", ", 0 failed")
        and not _says(trace, " 0 new workers")
    )


def _messages(trace: dict) -> list[str]:
    return [message["text"] for message in trace["messages"]]


def _says(trace: dict, *words: str) -> bool:
    return any(all(word in text for word in words) for text in _messages(trace))


def _form(trace: dict, name: str) -> str:
    return (trace["request"]["form"] or {}).get(name, [""])[0]


def _holds_all(trace: dict) -> bool:
    """ "… held 2 of 2 places; …" """
    for text in _messages(trace):
        held, _, places = text.partition(" held ")[2].partition(" places")[0].partition(" of ")
        if held and held == places:
            return True
    return False
