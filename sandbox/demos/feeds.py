"""What the stage shows as it happens: a visitor's traces of a lesson, in memory, and those who listen.

Traces are kept for as long as there is room: the last 100 of a world within 4 MB, and of all worlds
within 64 MB, the longest unused going first. A restart forgets them.
"""

import asyncio
import json
import secrets
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

from sandbox.demos.worlds import World

MAX_TRACES = 100
MAX_WORLD_BYTES = 4 * 1024**2
MAX_ALL_BYTES = 64 * 1024**2
MAX_LISTENERS = 6  # per world

# Ids of another run of the process say nothing about what this one has.
_RUN = secrets.token_hex(4)


@dataclass(frozen=True)
class Event:
    """`kind` is "trace", "changed" (missions or mail: ask for the state) or "reset"."""

    kind: str
    id: str | None = None
    text: str = ""  # JSON


@dataclass(eq=False)
class Listener:
    """Somebody's open stream: events for it arrive in `queue`; None ends it."""

    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(1_000))

    def tell(self, event: Event | None) -> None:
        # Requests are recorded in threads, and a queue belongs to its loop. The loop is closed at
        # shutdown only.
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._put, event)

    def _put(self, event: Event | None) -> None:
        if self.queue.full():
            # It stopped reading. It will come back with Last-Event-ID and get what it missed.
            while not self.queue.empty():
                self.queue.get_nowait()
            event = None
        self.queue.put_nowait(event)


@dataclass(eq=False)
class Feed:
    events: deque[tuple[int, Event, dict[str, Any]]] = field(default_factory=deque)
    next_number: int = 1
    bytes: int = 0
    listeners: list[Listener] = field(default_factory=list)

    def drop(self, trace_id: str) -> None:
        for entry in self.events:
            if entry[2]["id"] == trace_id:
                self.events.remove(entry)
                self.bytes -= len(entry[1].text)
                return

    def drop_oldest(self) -> int:
        _, event, _ = self.events.popleft()
        self.bytes -= len(event.text)
        return len(event.text)


_lock = threading.Lock()
_feeds: OrderedDict[tuple[str, str], Feed] = OrderedDict()


def earlier(world: World) -> list[dict[str, Any]]:
    """The traces that are kept, oldest first."""
    with _lock:
        return [trace for _, _, trace in _feed(world).events]


def add(world: World, trace: dict[str, Any]) -> None:
    """Keep it and tell it; a trace with the id of one that is kept takes its place."""
    text = json.dumps(trace, ensure_ascii=False)
    with _lock:
        feed = _feed(world)
        feed.drop(trace["id"])
        event = Event("trace", f"{_RUN}-{feed.next_number}", text)
        feed.events.append((feed.next_number, event, trace))
        feed.next_number += 1
        feed.bytes += len(text)
        while len(feed.events) > MAX_TRACES or (feed.bytes > MAX_WORLD_BYTES and len(feed.events) > 1):
            feed.drop_oldest()
        _make_room()
        _tell(feed, event)


def changed(world: World) -> None:
    """Missions or mail changed: whoever listens asks for the new state."""
    with _lock:
        _tell(_feed(world), Event("changed"))


def forget(world: World) -> None:
    """At reset."""
    with _lock:
        feed = _feed(world)
        feed.events.clear()
        feed.bytes = 0
        _tell(feed, Event("reset"))


def subscribe(world: World, last_id: str = "") -> tuple[list[Event], Listener]:
    """What came after `last_id` (all, if that is empty or of another run), and a listener for the rest."""
    run, _, number = last_id.partition("-")
    after = int(number) if run == _RUN and number.isdigit() and len(number) < 12 else 0
    listener = Listener(asyncio.get_running_loop())
    with _lock:
        feed = _feed(world)
        feed.listeners.append(listener)
        if len(feed.listeners) > MAX_LISTENERS:
            feed.listeners.pop(0).tell(None)
        return [event for n, event, _ in feed.events if n > after], listener


def unsubscribe(world: World, listener: Listener) -> None:
    with _lock:
        feed = _feed(world)
        if listener in feed.listeners:
            feed.listeners.remove(listener)


def close_all() -> None:
    """End every stream, so that a server that shuts down need not wait for them."""
    with _lock:
        for feed in _feeds.values():
            _tell(feed, None)


def _feed(world: World) -> Feed:
    key = (world.visitor, world.demo.slug)
    feed = _feeds.setdefault(key, Feed())
    _feeds.move_to_end(key)
    return feed


def _tell(feed: Feed, event: Event | None) -> None:
    for listener in feed.listeners:
        listener.tell(event)


def _make_room() -> None:
    total = sum(feed.bytes for feed in _feeds.values())
    for key in list(_feeds):
        feed = _feeds[key]
        while total > MAX_ALL_BYTES and len(feed.events) > 1:
            total -= feed.drop_oldest()
        if not feed.listeners and (total > MAX_ALL_BYTES or not feed.events or len(_feeds) > 2_000):
            total -= _feeds.pop(key).bytes if len(_feeds) > 1 else 0
        if total <= MAX_ALL_BYTES and len(_feeds) <= 2_000:
            return
