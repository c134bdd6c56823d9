"""The stream that the stage listens to."""

import asyncio
import json

import pytest
from django.test import AsyncClient

from sandbox.demos import feeds
from sandbox.demos.stage import stream as stream_module
from sandbox.demos.stage.stream import stream
from sandbox.demos.visits import visitor_cookie
from sandbox.demos.worlds import World

EVENTS = "/stage/yard/sandpit/events"


class Stream:
    """Reads an event stream as an EventSource does."""

    def __init__(self, parts) -> None:
        self.parts = parts

    async def next(self) -> dict[str, str]:
        part = (await asyncio.wait_for(anext(self.parts), 5)).decode()
        return dict(line.split(": ", 1) for line in part.strip().split("\n"))

    async def next_of(self, kind: str) -> dict[str, str]:
        while True:
            event = await self.next()
            if event.get("event") == kind:
                return event


@pytest.fixture
def ada(visit):
    return visit("sandpit")


@pytest.fixture
def world(ada) -> World:
    return World(ada.visitor, ada.demo)


async def get(ada, path: str = "/yard/sandpit/count/") -> None:
    client = AsyncClient()
    client.cookies["demos_visitor"] = visitor_cookie(ada.visitor)
    await client.get(path)


async def test_a_request_arrives_as_it_happens(ada, world):
    events = Stream(stream(world, ""))
    assert "counts" in json.loads((await events.next_of("state"))["data"])
    await get(ada)

    event = await events.next_of("trace")
    assert json.loads(event["data"])["url_name"] == "count"


async def test_after_a_break_only_what_was_missed_comes(ada, world):
    for path in ("count/", "knock/", "login/"):
        await get(ada, f"/yard/sandpit/{path}")
    first = Stream(stream(world, ""))
    ids = [(await first.next_of("trace"))["id"] for _ in range(3)]

    again = Stream(stream(world, ids[1]))

    assert (await again.next_of("trace"))["id"] == ids[2]


async def test_ids_of_another_run_mean_everything(ada, world):
    await get(ada)

    event = await Stream(stream(world, "deadbeef-7")).next_of("trace")

    assert json.loads(event["data"])["url_name"] == "count"


async def test_reset_and_missions_are_told(ada, world):
    events = Stream(stream(world, ""))
    await events.next_of("state")
    client = AsyncClient()
    client.cookies["demos_visitor"] = visitor_cookie(ada.visitor)
    await client.post("/yard/sandpit/", {"name": "Windsor"})
    state = json.loads((await events.next_of("state"))["data"])
    assert [mission["done"] for mission in state["missions"]] == [True, False, False]

    await client.post("/stage/yard/sandpit/reset")
    await events.next_of("reset")
    state = json.loads((await events.next_of("state"))["data"])
    assert not any(mission["done"] for mission in state["missions"])


async def test_another_visitors_requests_do_not_come(ada, visit):
    bob = visit("sandpit")
    events = stream(World(bob.visitor, bob.demo), "")
    await Stream(events).next_of("state")
    await get(ada)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(events), 0.2)


async def test_silence_is_broken_by_a_heartbeat(world, monkeypatch):
    monkeypatch.setattr(stream_module, "HEARTBEAT", 0.05)
    parts = stream(world, "")
    seen = [await anext(parts) for _ in range(3)]

    assert seen[2] == b": still here\n\n"


async def test_the_oldest_of_too_many_streams_ends(world):
    streams = [stream(world, "") for _ in range(feeds.MAX_LISTENERS + 1)]
    for parts in streams:
        await anext(parts)
        await anext(parts)

    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(anext(streams[0]), 1)


async def test_it_is_an_event_stream(ada):
    client = AsyncClient()
    client.cookies["demos_visitor"] = visitor_cookie(ada.visitor)
    response = await client.get(EVENTS)

    assert response.headers["Content-Type"] == "text/event-stream"
    assert await anext(aiter(response.streaming_content)) == b"retry: 2000\n\n"


def test_stage_and_missing_pages_are_told_apart(ada):
    """The stage's own requests are not recorded; what the demo has no route for, is."""
    for path in ("/stage/yard/sandpit/", "/stage/yard/sandpit/state", "/livez", "/static/demos/stage.js"):
        ada.get(path)
    ada.get("nowhere/")

    assert [trace["request"]["path"] for trace in ada.traces] == ["/yard/sandpit/nowhere/"]
    assert ada.traces[0]["route"] is None


def test_a_hundred_traces_are_kept(ada):
    for number in range(105):
        ada.get("knock/", {"n": number})

    assert len(ada.traces) == 100
    assert ada.traces[0]["request"]["query"] == "n=5"


def test_memory_is_bounded(ada, world, monkeypatch):
    monkeypatch.setattr(feeds, "MAX_WORLD_BYTES", 20_000)
    for _ in range(20):
        ada.get("knock/", {"n": "x" * 4_000})

    assert 0 < len(ada.traces) < 8


def test_the_longest_unused_visitors_traces_go_first(visit, monkeypatch):
    feeds._feeds.clear()
    monkeypatch.setattr(feeds, "MAX_ALL_BYTES", 30_000)
    browsers = [visit("sandpit") for _ in range(8)]
    for browser in browsers:
        browser.get("knock/", {"n": "x" * 3_000})
        browser.get("knock/", {"n": "y" * 3_000})

    assert len(browsers[-1].traces) == 2
    assert browsers[0].traces == []
