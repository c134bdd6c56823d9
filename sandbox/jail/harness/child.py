"""The first code of a child: lock in, wait, say so, and only then read what it is for."""

import contextlib
import os
import socket
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.jail import control
from sandbox.jail.harness import canary, candidate, examine, orders, pages, template, tool
from sandbox.jail.harness.database import Database
from sandbox.jail.limits import MAXIMUM, MEGABYTE
from sandbox.jail.lockdown import libc
from sandbox.jail.lockdown.child import (
    CHANNEL,
    Lock,
    LockdownFailed,
    limit_tasks,
    lock_in,
    lock_template,
    take_descriptors,
    tighten,
)
from sandbox.jail.lockdown.siblings import fork_sibling
from sandbox.jail.wire import Channel

_REFUSED = 72
# Until it is known what for.
_MEMORY = MAXIMUM.memory * MEGABYTE
_MOST_COPIED = 48 * MEGABYTE


@dataclass(frozen=True, kw_only=True)
class Key:
    """What this one child is locked with, and what it does while it waits.

    `tasks` is the most that it may get, `used` its address space, `writes` the pages to copy ahead.
    """

    lock: Lock
    slot: Path
    tasks: int
    uid: int | None
    parent: int
    used: int | None = None
    writes: pages.Ranges = ()


def run(descriptor: int, key: Key, database: Database) -> None:
    """Locks itself in, waits on the descriptor for work, does it, and ends: it never returns."""
    used, refusal = 0, ""
    try:
        used = lock_in(
            key.lock,
            slot=key.slot,
            uid=key.uid,
            tasks=key.tasks,
            used=key.used,
            cpu=MAXIMUM.cpu,
            memory=_MEMORY,
        )
    except LockdownFailed as error:
        refusal = str(error)
    if os.getppid() != key.parent:
        os._exit(_REFUSED)
    start = orders.start(descriptor, key.writes)
    channel = Channel(socket.socket(fileno=descriptor))
    try:
        if refusal:
            raise LockdownFailed(refusal)
        tighten(used=used, cpu=start.cpu, memory=start.memory, tasks=start.tasks)
    except LockdownFailed as error:
        channel.send({"op": "refused", "reason": str(error)})
        os._exit(_REFUSED)
    channel.send({"op": "ready", "template": int(start.template)})
    job = channel.receive()
    roles = {"boot": candidate.serve, "examine": examine.serve, "canary": canary.serve, "tool": tool.serve}
    roles[job["op"]](channel, job, lock=key.lock, slot=key.slot, database=database)
    os._exit(0)


def run_template(descriptor: int, key: Key, database: Database) -> None:
    """Boots an exercise's fixed part, once, and then has a sibling for everyone whom the zygote sends.

    `key.writes` is where a project writes in the zygote's memory; its siblings write into its own, too.
    """
    try:
        memory = _look_as(key.uid)
        used = lock_in(
            key.lock, slot=key.slot, uid=key.uid, tasks=key.tasks, forks=True, cpu=MAXIMUM.cpu, memory=_MEMORY
        )
        if os.getppid() != key.parent:
            os._exit(_REFUSED)
        from_zygote = socket.socket(fileno=descriptor)
        words, [line], _, _ = socket.recv_fds(from_zygote, control.START_BYTES, 1)
        limit_tasks(control.unpack_start(words).tasks)
        channel = Channel(socket.socket(fileno=line))
        job = channel.receive()
        channel.close()
        fixed, slots = template.lay_out(key.slot, job["files"])
        lock_template(key.lock, fixed=fixed, slots=slots)
        template.prepare(job, fixed, database)
        writes = _writes(key, memory) if memory else ()
    except BaseException:  # noqa: BLE001 - whatever its code raises: it can't be a template
        os._exit(_REFUSED)
    own_lock = replace(key.lock, runtime=(*key.lock.runtime, fixed), programs={})
    if memory:
        memory.close()
    from_zygote.send(control.pack_sibling(0))
    while True:
        words, descriptors, _, _ = socket.recv_fds(from_zygote, control.SIBLING_BYTES, 1)
        if not words:
            os._exit(0)
        slot = slots / str(control.unpack_sibling(words))
        slot.mkdir(mode=0o700)
        pid = fork_sibling()
        if pid == 0:
            take_descriptors(descriptors[0])
            run(
                CHANNEL,
                replace(key, lock=own_lock, slot=slot, uid=None, used=used, writes=writes),
                database,
            )
        os.close(descriptors[0])
        from_zygote.send(control.pack_sibling(pid))


def _writes(key: Key, memory: pages.Map) -> pages.Ranges:
    """What a template's child copies: where a project writes, and where the template did.

    One that has written to more has data there, and a grade does not write to all of it.
    """
    with contextlib.suppress(OSError):
        both = pages.united(key.writes, memory.own())
        if sum(size for _, size in both) <= _MOST_COPIED:
            return both
    return key.writes


def _look_as(uid: int | None) -> pages.Map | None:
    """At this process's memory, without privilege: an exercise's own code runs while they are open.

    To whoever opens it as root the kernel tells where in the machine's memory each page is.
    """
    if uid is None:
        return pages.look()
    os.seteuid(uid)
    try:
        # The change of user has given the files to root.
        libc.prctl("DUMPABLE", libc.PR_SET_DUMPABLE, 1)
        return pages.look()
    finally:
        os.seteuid(0)
