"""A loop of its own, on which one of six visitors asks for a view that may stop it.

On the site's loop, everybody who is on the site would stand still. `asyncio.run()` makes another loop in
this view's own thread; what is measured on it is what would be measured there.
"""

import asyncio
import logging
import re
import threading
import time
from dataclasses import dataclass, field

from .timeline import Timeline

SLOW = 0.6  # seconds
QUICK = 0.08
EVERY = 0.07  # seconds between two visitors
OTHERS = 5
# Where this site's files lie is nobody's business.
PATHS = re.compile(r"/\S+/(?=\w+\.py)")


@dataclass
class Afternoon:
    timeline: Timeline = field(default_factory=Timeline)
    worst_lag: float = 0.0  # ms that the loop came late to somebody who wanted to run
    complaints: list[str] = field(default_factory=list)  # of asyncio's debug mode

    @property
    def held_up(self) -> int:
        """ms, the longest that one of the others was kept from beginning."""
        return max((span.held_up for span in self.timeline.spans), default=0)


# region: waits
async def sleeps():
    time.sleep(SLOW)


async def awaits():
    await asyncio.sleep(SLOW)


async def sleeps_in_a_thread():
    await asyncio.to_thread(time.sleep, SLOW)


async def calculates():
    until = time.perf_counter() + SLOW
    while time.perf_counter() < until:
        sum(range(1_000))


# endregion: waits

WAITS = {"sleep": sleeps, "await": awaits, "thread": sleeps_in_a_thread, "cpu": calculates}


def try_out(how: str) -> Afternoon:
    """For sync code: it runs a loop until everybody has been served."""
    afternoon = Afternoon()
    with _Listening(afternoon.complaints):
        asyncio.run(_serve(how, afternoon), debug=True)
    return afternoon


async def _serve(how: str, afternoon: Afternoon) -> None:
    asyncio.get_running_loop().slow_callback_duration = 0.1
    afternoon.timeline = Timeline()
    heart = asyncio.create_task(_beat(afternoon))
    async with asyncio.TaskGroup() as visitors:
        visitors.create_task(_visit(afternoon.timeline, "the slow view", 0.0, WAITS[how]))
        for number in range(1, OTHERS + 1):
            visitors.create_task(_visit(afternoon.timeline, f"visitor {number}", number * EVERY, _quick))
    heart.cancel()


async def _visit(timeline: Timeline, name: str, comes_at: float, view) -> None:
    await asyncio.sleep(comes_at)
    with timeline.span(name, wanted=comes_at * 1000):
        await view()


async def _quick():
    await asyncio.sleep(QUICK)


# region: heart
async def _beat(afternoon: Afternoon) -> None:
    """Wants to run every 10 ms, and notes how late it is let."""
    while True:
        due = time.perf_counter() + 0.01
        await asyncio.sleep(0.01)
        afternoon.worst_lag = max(afternoon.worst_lag, (time.perf_counter() - due) * 1000)


# endregion: heart


class _Listening(logging.Handler):
    """asyncio's log, of this thread only: other loops of the process have their own troubles."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.lines, self.thread = lines, threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.lines.append(PATHS.sub("…/", record.getMessage()))

    def __enter__(self):
        logging.getLogger("asyncio").addHandler(self)
        return self

    def __exit__(self, *_):
        logging.getLogger("asyncio").removeHandler(self)
