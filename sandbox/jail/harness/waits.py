"""What a project waits for while it answers: how many waits, how many at once, how long its loop stood still.

There is no network in the jail, so a project's slow upstream is asyncio.sleep() or time.sleep(). Counting
these says without a stopwatch whether an async view overlaps its waits: on a busy machine too.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

_sleep_async = asyncio.sleep
_sleep = time.sleep

_current: ContextVar["Waits | None"] = ContextVar("jail_waits", default=None)


@dataclass
class Waits:
    """Of one request. A blocking sleep on the event loop's own thread is no wait: it blocks."""

    count: int = 0
    peak: int = 0
    waited: float = 0.0  # seconds, all waits added
    blocked: float = 0.0  # seconds
    _active: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def to_json(self) -> dict[str, Any] | None:
        """`{"count", "peak", "ms", "blocked_ms"}`, or None where nothing was waited for."""
        if not self.count and not self.blocked:
            return None
        return {
            "count": self.count,
            "peak": self.peak,
            "ms": round(self.waited * 1000, 1),
            "blocked_ms": round(self.blocked * 1000, 1),
        }

    @contextmanager
    def waiting(self) -> Iterator[None]:
        with self._lock:
            self.count += 1
            self._active += 1
            self.peak = max(self.peak, self._active)
        started = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self._active -= 1
                self.waited += time.perf_counter() - started

    @contextmanager
    def blocking(self) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self.blocked += time.perf_counter() - started


@contextmanager
def counted() -> Iterator[Waits]:
    """Counts what is waited for inside, in its coroutines and threads."""
    waits = Waits()
    token = _current.set(waits)
    try:
        yield waits
    finally:
        _current.reset(token)


def install() -> None:
    """Once, before a project imports either function by name."""
    asyncio.sleep = asyncio.tasks.sleep = _counting_sleep_async
    time.sleep = _counting_sleep  # type: ignore[assignment]


async def _counting_sleep_async(delay: float, result: Any = None) -> Any:
    waits = _current.get()
    # sleep(0) only lets others run.
    if waits is None or delay <= 0:
        return await _sleep_async(delay, result)
    with waits.waiting():
        return await _sleep_async(delay, result)


def _counting_sleep(seconds: float) -> None:
    waits = _current.get()
    if waits is None:
        _sleep(seconds)
        return
    with waits.blocking() if _on_a_loop() else waits.waiting():
        _sleep(seconds)


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
