"""The first code of a child: lock in, say so, and only then read what it is for."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from sandbox.jail.harness import canary, candidate, examine, tool
from sandbox.jail.lockdown.child import Lock, LockdownFailed, lock_in
from sandbox.jail.wire import Channel

_REFUSED = 72


@dataclass(frozen=True, kw_only=True)
class Key:
    """What this one child is locked with."""

    lock: Lock
    slot: Path
    cpu: int
    memory: int
    tasks: int
    uid: int | None
    parent: int


def run(descriptor: int, key: Key, image: bytes) -> None:
    """Never returns: a child that has answered ends."""
    channel = Channel(socket.socket(fileno=descriptor))
    try:
        limits = {"cpu": key.cpu, "memory": key.memory, "tasks": key.tasks}
        lock_in(key.lock, slot=key.slot, uid=key.uid, **limits)
    except LockdownFailed as error:
        channel.send({"op": "refused", "reason": str(error)})
        os._exit(_REFUSED)
    if os.getppid() != key.parent:
        os._exit(_REFUSED)
    channel.send({"op": "ready"})
    job = channel.receive()
    roles = {"boot": candidate.serve, "examine": examine.serve, "canary": canary.serve, "tool": tool.serve}
    roles[job["op"]](channel, job, lock=key.lock, slot=key.slot, image=image)
    os._exit(0)
