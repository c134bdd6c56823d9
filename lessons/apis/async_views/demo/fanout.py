"""Four ways to ask all buoys. What they send is the same; when they wait is not."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .client import aask, ask
from .models import Buoy
from .timeline import Timeline


def one_after_another(buoys: Sequence[Buoy], timeline: Timeline) -> list[int]:
    return [_timed(buoy, timeline) for buoy in buoys]


def in_threads(buoys: Sequence[Buoy], timeline: Timeline) -> list[int]:
    """A thread for each buoy: the answer that sync code always had."""
    with ThreadPoolExecutor(max_workers=len(buoys)) as pool:
        return list(pool.map(lambda buoy: _timed(buoy, timeline), buoys))


async def awaited_in_turn(buoys: Sequence[Buoy], timeline: Timeline) -> list[int]:
    """Async from end to end, and nothing of it overlaps."""
    return [await _atimed(buoy, timeline) for buoy in buoys]


async def gathered(buoys: Sequence[Buoy], timeline: Timeline) -> list[int]:
    """All are started before the first answer is waited for. Results come in the order of the calls."""
    return await asyncio.gather(*(_atimed(buoy, timeline) for buoy in buoys))


def _timed(buoy: Buoy, timeline: Timeline) -> int:
    with timeline.span(buoy.name) as span:
        wind = ask(buoy)
        span.said = f"{wind} kn"
        return wind


async def _atimed(buoy: Buoy, timeline: Timeline) -> int:
    with timeline.span(buoy.name) as span:
        wind = await aask(buoy)
        span.said = f"{wind} kn"
        return wind
