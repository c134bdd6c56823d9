"""What the way from async code into sync code costs, measured on this machine."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async

from .timeline import Timeline

HOPS = 200
CALLS = 5
LEGACY_SECONDS = 0.12


@dataclass
class Cost:
    call_us: float = 0.0  # microseconds, the median, as the two below
    await_us: float = 0.0
    hop_us: float = 0.0
    sensitive: Timeline = field(default_factory=Timeline)
    free: Timeline = field(default_factory=Timeline)


def nothing() -> None:
    """What is called, so that the way is all that is measured."""


async def anothing() -> None:
    """The same, to be awaited."""


def legacy_call(timeline: Timeline, name: str) -> None:
    """A library that blocks: it sleeps in its thread, as a socket or a driver would."""
    with timeline.span(name):
        time.sleep(LEGACY_SECONDS)


async def measure() -> Cost:
    cost = Cost()
    hop = sync_to_async(nothing)
    cost.call_us = _median_us([_clocked(nothing) for _ in range(HOPS)])
    cost.await_us = _median_us([await _aclocked(anothing) for _ in range(HOPS)])
    cost.hop_us = _median_us([await _aclocked(hop) for _ in range(HOPS)])
    cost.sensitive = await _five_at_once(thread_sensitive=True)
    cost.free = await _five_at_once(thread_sensitive=False)
    return cost


# region: five
async def _five_at_once(*, thread_sensitive: bool) -> Timeline:
    timeline = Timeline()
    call = sync_to_async(legacy_call, thread_sensitive=thread_sensitive)
    await asyncio.gather(*(call(timeline, f"call {number}") for number in range(1, CALLS + 1)))
    return timeline


# endregion: five


def _clocked(function) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


async def _aclocked(function) -> float:
    started = time.perf_counter()
    await function()
    return time.perf_counter() - started


def _median_us(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1_000_000, 1)
