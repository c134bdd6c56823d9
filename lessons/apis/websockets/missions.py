"""What to make happen on the wardens' line. The format is in docs/architecture.md."""

import json


def two_voices(trace: dict, earlier: list[dict]) -> bool:
    """Talk, and be answered by somebody in the other browser.

    Choose *Two side by side* above the page. Be Ada in one browser and Grace in the other, both in
    *Weather*. Let each say something, then open Ada's connection in the X-ray: one request, and frames in
    both directions.
    """
    voices = {frame["message"]["who"] for frame in _told(trace, "said")}
    return trace["user"]["after"] in voices and len(voices) > 1


def two_connections(trace: dict, earlier: list[dict]) -> bool:
    """Be present twice, leave once, and still be there.

    Be the same warden in both browsers, in the same room. Then hang up in one of them. Who is here is
    counted by connections, and the other browser must not lose you.
    """
    counts = [
        person["connections"]
        for frame in _told(trace, "presence")
        for person in frame["people"]
        if person["who"] == trace["user"]["after"]
    ]
    return any(before > 1 and after == 1 for before, after in zip(counts, counts[1:], strict=False))


def refused(trace: dict, earlier: list[dict]) -> bool:
    """Be refused three times, for three reasons.

    Without a session, into a room that does not exist, and from another Origin. On *Handshakes* you can send
    what no page could. The three answers look alike; their traces in the X-ray don't.
    """
    refusals = [seen for seen in [*earlier, trace] if _is_socket(seen) and seen["response"]["status"] == 403]
    return (
        trace in refusals
        and any(seen["user"]["after"] is None for seen in refusals)
        and any(seen["user"]["after"] and _room(seen) not in ROOMS for seen in refusals)
        and any("evil.example" in _header(seen, "origin") for seen in refusals)
    )


def come_back(trace: dict, earlier: list[dict]) -> bool:
    """Lose your line, and get back what was said meanwhile.

    Press *Storm, 20 s* as Ada, and let Grace go on talking. Watch the attempts: each waits about twice as
    long as the one before. Say something yourself while the line is down: it waits, and is sent when you are
    back. What you missed comes in one frame.
    """
    missed = [frame for frame in _told(trace, "missed") if frame["after"] > 0 and frame["messages"]]
    cut = [seen for seen in earlier if _is_socket(seen) and _closed(seen) == 1012 and _same(seen, trace)]
    turned_away = [seen for seen in earlier if _is_socket(seen) and seen["response"]["status"] == 403]
    return bool(missed and cut and any(_same(seen, trace) for seen in turned_away))


def slow_down(trace: dict, earlier: list[dict]) -> bool:
    """Say more than the consumer takes.

    *Say twelve things at once*: five fit into the bucket. Find the frames that say *slow down* in the
    X-ray, and how long each tells you to wait. Press it a few times more, and you are thrown out with 1008.
    """
    return any(frame["reason"] == "slow down" for frame in _told(trace, "refused"))


def lose_readings(trace: dict, earlier: list[dict]) -> bool:
    """Lose frames without an error anywhere.

    *130 readings to a busy consumer* sends 130 events to a consumer whose handler sleeps. The channel holds
    100. Count what arrives, then look for an exception: there is none.
    """
    numbers = [frame["number"] for frame in _told(trace, "reading")]
    return 0 < len(numbers) < 130 and numbers[-1] < 130 and _asked_for_readings(earlier)


ROOMS = {"weather", "supplies", "rescue"}


def _is_socket(trace: dict) -> bool:
    return trace["request"]["method"] == "WEBSOCKET"


def _told(trace: dict, kind: str) -> list[dict]:
    """The contents of the frames of a type that this connection was sent."""
    found = []
    for frame in trace["frames"] if _is_socket(trace) else []:
        if frame["direction"] == "out" and frame["kind"] == "text":
            try:
                content = json.loads(frame["data"])
            except ValueError:  # cut, because it was long
                continue
            if content.get("type") == kind:
                found.append(content)
    return found


def _closed(trace: dict) -> int | None:
    codes = [frame["code"] for frame in trace["frames"] if frame["kind"] == "close"]
    return codes[-1] if codes else None


def _same(seen: dict, trace: dict) -> bool:
    """By the same user, in the same room."""
    return seen["user"]["after"] == trace["user"]["after"] and _room(seen) == _room(trace)


def _room(trace: dict) -> str:
    return trace["request"]["path"].rstrip("/").split("/")[-1]


def _header(trace: dict, name: str) -> str:
    return dict(trace["request"]["headers"]).get(name, "")


def _asked_for_readings(earlier: list[dict]) -> bool:
    return any(seen["url_name"] == "readings" and seen["response"]["status"] == 200 for seen in earlier)
