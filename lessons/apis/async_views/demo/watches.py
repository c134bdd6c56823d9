"""Three requests that take their time, and what they notice when the browser leaves."""

import asyncio
import json
from collections.abc import AsyncIterator

from .client import BuoyDown, aask, ask
from .models import Buoy, Watch

ROUNDS = 6
KEPT = 12


# region: stream
async def readings(watch: Watch, buoys: list[Buoy]) -> AsyncIterator[str]:
    """Server-sent events: each reading as soon as its buoy has answered, round after round."""
    tasks: list[asyncio.Task] = []
    try:
        for _ in range(ROUNDS):
            tasks = [asyncio.create_task(_named(buoy)) for buoy in buoys]
            for next_one in asyncio.as_completed(tasks):
                name, wind = await next_one
                watch.heard += 1
                yield f"event: reading\ndata: {json.dumps({'buoy': name, 'wind': wind})}\n\n"
        watch.ending = Watch.Ending.FINISHED
        yield "event: end\ndata: {}\n\n"
    except (asyncio.CancelledError, GeneratorExit) as error:
        watch.ending, watch.by = Watch.Ending.LEFT, type(error).__name__
        raise
    finally:
        for task in tasks:
            task.cancel()  # as_completed() cancels nothing by itself
        await watch.asave()


# endregion: stream


# region: async
async def ask_slowly(watch: Watch, buoys: list[Buoy]) -> None:
    """In turn, so that there is time to leave."""
    try:
        for buoy in buoys:
            await aask(buoy)
            watch.heard += 1
        watch.ending = Watch.Ending.FINISHED
    except asyncio.CancelledError as error:
        watch.ending, watch.by = Watch.Ending.LEFT, type(error).__name__
        raise
    finally:
        await watch.asave()


# endregion: async


def ask_slowly_in_a_thread(watch: Watch, buoys: list[Buoy]) -> None:
    """A thread cannot be cancelled: it is not told that anybody left."""
    for buoy in buoys:
        ask(buoy)
        watch.heard += 1
    watch.ending = Watch.Ending.FINISHED
    watch.save()


async def _named(buoy: Buoy) -> tuple[str, int | None]:
    try:
        return buoy.name, await aask(buoy)
    except BuoyDown:
        return buoy.name, None
