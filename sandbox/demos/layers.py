"""Channel layers of demos: a group belongs to the visitor in whose world it was named.

All demos share one process, and with it one layer. A room called "lobby" in two visitors' worlds is two
rooms.
"""

import hashlib
from typing import Any

from channels.layers import InMemoryChannelLayer

from sandbox.demos.places import current_place


class WorldChannelLayer(InMemoryChannelLayer):
    """In memory, as Channels' own, with groups that don't reach out of a world."""

    async def group_add(self, group: str, channel: str) -> None:
        await super().group_add(_of_this_world(group), channel)

    async def group_discard(self, group: str, channel: str) -> None:
        await super().group_discard(_of_this_world(group), channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await super().group_send(_of_this_world(group), message)


def _of_this_world(group: str) -> str:
    # Without the count of resets: who joined before one has to be able to leave after it.
    place = repr(current_place().identity[:2])
    return f"{hashlib.sha256(place.encode()).hexdigest()[:16]}.{group}"
