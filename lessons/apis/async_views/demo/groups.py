"""One buoy fails. What becomes of the seven others depends on who has started them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from .client import BuoyDown, aask
from .models import Buoy
from .timeline import Timeline


@dataclass
class Outcome:
    timeline: Timeline
    winds: dict[str, int]
    error: str = ""
    known_at: float = 0.0  # ms: when the view could have answered
    left_running: int = 0


async def try_out(how: str, buoys: Sequence[Buoy], fault: str, deadline: float | None) -> Outcome:
    """`fault` is the first buoy's; `deadline`, in seconds, is for all of them together."""
    outcome = Outcome(Timeline(), {})
    tasks: list[asyncio.Task] = []

    async def one(buoy: Buoy) -> None:
        with outcome.timeline.span(buoy.name) as span:
            wind = await aask(buoy, fault if buoy == buoys[0] else "")
            span.said = f"{wind} kn"
            outcome.winds[buoy.name] = wind

    try:
        async with asyncio.timeout(deadline):
            await WAYS[how]([one(buoy) for buoy in buoys], tasks)
    except (BuoyDown, TimeoutError, ExceptionGroup) as error:
        outcome.error = f"{type(error).__name__}: {error}"
    outcome.known_at = outcome.timeline.mark("the view knows")
    left = [task for task in tasks if not task.done()]
    outcome.left_running = len(left)
    # A view would answer now. This one waits for what it has left behind, to draw how long that goes on.
    await asyncio.gather(*left, return_exceptions=True)
    return outcome


# region: ways
async def by_gather(questions, tasks):
    """The first exception goes to whoever awaits, at once. The other tasks go on."""
    tasks += [asyncio.create_task(question) for question in questions]
    await asyncio.gather(*tasks)


async def by_gather_all(questions, tasks):
    """Exceptions are results among the others: nothing is raised, nothing is left running."""
    tasks += [asyncio.create_task(question) for question in questions]
    await asyncio.gather(*tasks, return_exceptions=True)


async def by_group(questions, tasks):
    """The first exception cancels the others. The block ends when all tasks have ended."""
    async with asyncio.TaskGroup() as group:
        tasks += [group.create_task(question) for question in questions]


# endregion: ways

WAYS = {"gather": by_gather, "all": by_gather_all, "group": by_group}
