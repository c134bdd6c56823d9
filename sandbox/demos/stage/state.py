"""What the stage shows besides traces: missions and the mailbox."""

from typing import Any

from sandbox.demos.desk import read_desk
from sandbox.demos.missions import is_done, missions_of, receipt
from sandbox.demos.worlds import World


def state_of(world: World) -> dict[str, Any]:
    """`{"missions": [{"slug", "title", "done", "receipt"}], "mail": {"unread", "total"}, "counts": bool}`.

    Receipts are made again each time: the lesson may not have been open when a mission was noticed, and
    the LMS takes the same one twice.
    """
    desk = read_desk(world)
    missions = [
        {
            "slug": mission.slug,
            "title": mission.title,
            "done": is_done(desk, mission.slug),
            "receipt": receipt(desk, world.demo.slug, mission.slug),
        }
        for mission in missions_of(world.demo)
    ]
    unread = sum(not letter["read"] for letter in desk["mail"])
    return {
        "missions": missions,
        "mail": {"unread": unread, "total": len(desk["mail"])},
        "counts": desk["learner"] is not None,
    }
