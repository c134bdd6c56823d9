"""Server-sent events: what happens in a world, as it happens."""

import asyncio
import json
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async

from sandbox.demos import feeds
from sandbox.demos.stage.state import state_of
from sandbox.demos.worlds import World

HEARTBEAT = 15  # seconds: proxies close what is silent for longer


async def stream(world: World, last_id: str) -> AsyncIterator[bytes]:
    """Traces after `last_id`, the state, then both as they come. Ends when the server or the feed says so."""
    event: feeds.Event | None
    backlog, listener = feeds.subscribe(world, last_id)
    try:
        yield b"retry: 2000\n\n"
        yield await _state(world)
        for event in backlog:
            yield _trace(event)
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    event = await listener.queue.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if event is None:
                return
            if event.kind == "trace":
                yield _trace(event)
            else:
                if event.kind == "reset":
                    yield b"event: reset\ndata: {}\n\n"
                yield await _state(world)
    finally:
        feeds.unsubscribe(world, listener)


def _trace(event: feeds.Event) -> bytes:
    # JSON has no bare line breaks, so that one data line is enough.
    return f"id: {event.id}\nevent: trace\ndata: {event.text}\n\n".encode("utf-8", "replace")


async def _state(world: World) -> bytes:
    state = await sync_to_async(state_of, thread_sensitive=False)(world)
    return f"event: state\ndata: {json.dumps(state)}\n\n".encode()
