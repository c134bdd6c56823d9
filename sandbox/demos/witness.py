"""What becomes of a trace: kept for the X-ray, and looked at for missions."""

from typing import Any

from sandbox.demos import feeds, lifecycle, missions
from sandbox.demos.desk import clear_desk
from sandbox.demos.worlds import World


def saw(world: World, trace: dict[str, Any]) -> None:
    """A request that was answered; of a connection that goes on, what there is of it so far."""
    before = [earlier for earlier in feeds.earlier(world) if earlier["id"] != trace["id"]]
    feeds.add(world, trace)
    if missions.notice(world, trace, before):
        feeds.changed(world)


def reset(world: World) -> None:
    """The lesson as on the first day: rows, mail, missions and traces."""
    lifecycle.before_reset(world)
    world.reset()
    clear_desk(world)
    feeds.forget(world)
