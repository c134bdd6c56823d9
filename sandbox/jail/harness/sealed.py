"""From "may write into its slot" to "may write nowhere"."""

import os
from collections.abc import Mapping
from pathlib import Path

from sandbox.jail.lockdown.child import Lock, LockdownFailed, lock_out_writing
from sandbox.jail.wire import Channel


def seal(channel: Channel, files: Mapping[str, str], *, lock: Lock, slot: Path) -> None:
    """Writes the files, turns the key, and says `{"op": "sealed"}`; says why and ends the process where that
    fails.

    The supervisor believes "refused" only in this place, while no learner's code can have said it.
    """
    try:
        for name, text in files.items():
            path = slot / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        lock_out_writing(lock, slot=slot)
    except (LockdownFailed, OSError) as error:
        channel.send({"op": "refused", "reason": f"writing the project's files: {error}"})
        os._exit(72)
    channel.send({"op": "sealed"})
