"""The order in which a child locks itself in.

Whatever fails raises LockdownFailed: no learner's code then runs.
"""

import contextlib
import math
import os
import resource
import signal
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.jail.lockdown import landlock, libc, seccomp
from sandbox.jail.lockdown.programs import Program

CHANNEL = 3  # the one descriptor that a child keeps, beside /dev/null as 0, 1 and 2

_PAGE = resource.getpagesize()


class LockdownFailed(Exception):
    """The platform's fault, never the learner's."""


@dataclass(frozen=True, kw_only=True)
class Lock:
    """What the zygote works out once for all of its children."""

    landlock_abi: int
    runtime: tuple[Path, ...]
    sinks: tuple[Path, ...]
    first_filter: bytes
    template_filter: bytes
    final_filter: bytes
    programs: Mapping[str, Program] = field(default_factory=dict)  # grading tools that this host has, by name


def take_descriptors(channel: int) -> None:
    """Keeps the channel as descriptor 3 and closes all that the zygote had open."""
    if channel != CHANNEL:
        os.dup2(channel, CHANNEL, inheritable=False)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    # All there are: the limit, up to which one might count, can be lowered below what is open.
    libc.close_from(CHANNEL + 1)


def go_first() -> None:
    """Where memory runs out, the kernel ends a child before anything else, and of these the largest."""
    # Without a /proc that may be written to it goes by size alone.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def lock_in(
    lock: Lock,
    *,
    slot: Path,
    cpu: int,
    memory: int,
    tasks: int,
    uid: int | None,
    used: int | None = None,
    forks: bool = False,
) -> int:
    """`cpu` in seconds, `memory` in bytes beyond what is in use now, `tasks` as RLIMIT_NPROC counts.

    Gives the bytes of address space that are in use now; a template's child can't look, and is told.
    With `forks`, a template is locked in.
    """
    try:
        if used is None:
            used = int(Path("/proc/self/statm").read_text().split()[0]) * _PAGE
        _limit(
            {
                resource.RLIMIT_CORE: 0,
                resource.RLIMIT_CPU: cpu,
                resource.RLIMIT_AS: used + memory,
                resource.RLIMIT_FSIZE: 1 << 20,
                resource.RLIMIT_NOFILE: 128,
                resource.RLIMIT_NPROC: tasks,
                resource.RLIMIT_MEMLOCK: 0,
                resource.RLIMIT_MSGQUEUE: 0,
            }
        )
        if uid is not None:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        libc.prctl("PDEATHSIG", libc.PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl("NO_NEW_PRIVS", libc.PR_SET_NO_NEW_PRIVS, 1)
        libc.prctl("DUMPABLE", libc.PR_SET_DUMPABLE, 0)
        programs = lock.programs.values()
        runs = {path for program in programs for path in program.runs}
        libraries = {path for program in programs for path in program.libraries}
        # Rulesets stack: what one child may run when it is a grading tool has to be allowed already.
        read = [*lock.runtime, *libraries]
        paths = landlock.Paths(read=read, fill=[slot], sink=lock.sinks, run=runs)
        landlock.restrict(lock.landlock_abi, paths)
        seccomp.install(lock.template_filter if forks else lock.first_filter)
    except (OSError, ValueError) as error:
        raise LockdownFailed(str(error)) from error
    return used


def lock_out_writing(lock: Lock, *, slot: Path) -> None:
    """The second turn of the key, when the project's files are there: nothing can be written any more."""
    try:
        landlock.restrict(lock.landlock_abi, landlock.Paths(read=[*lock.runtime, slot], sink=lock.sinks))
        seccomp.install(lock.final_filter)
    except OSError as error:
        raise LockdownFailed(str(error)) from error


def lock_template(lock: Lock, *, fixed: Path, slots: Path) -> None:
    """A template's second turn of the key: it may read its files, and make its children's slots."""
    try:
        paths = landlock.Paths(read=[*lock.runtime, fixed], fill=[slots], sink=lock.sinks)
        landlock.restrict(lock.landlock_abi, paths)
    except OSError as error:
        raise LockdownFailed(str(error)) from error


def lock_to_program(
    lock: Lock, program: Program, *, slot: Path, writable: Iterable[Path], pretended: dict[str, int]
) -> None:
    """The second turn of the key for a grading tool.

    It may run this program and nothing else, read its libraries and the slot, and write into files that are
    there already, as far as the limit of a file's size goes.
    """
    try:
        paths = landlock.Paths(
            read=[*program.libraries, slot], sink=[*lock.sinks, *writable], run=program.runs
        )
        landlock.restrict(lock.landlock_abi, paths)
        seccomp.install(seccomp.build_for_tool(lock.landlock_abi, pretended))
    except OSError as error:
        raise LockdownFailed(str(error)) from error


def tighten(*, used: int, cpu: int, memory: int, tasks: int) -> None:
    """Lowers the limits of a child that waited, now that it gets work. `used` is what `lock_in` gave."""
    spent = math.ceil(time.process_time())
    try:
        _limit(
            {
                resource.RLIMIT_CPU: spent + cpu,
                resource.RLIMIT_AS: used + memory,
                resource.RLIMIT_NPROC: tasks,
            }
        )
    except (OSError, ValueError) as error:
        raise LockdownFailed(str(error)) from error


def limit_tasks(tasks: int) -> None:
    """For a template: it and its children together, as RLIMIT_NPROC counts."""
    try:
        _limit({resource.RLIMIT_NPROC: tasks})
    except (OSError, ValueError) as error:
        raise LockdownFailed(str(error)) from error


def _limit(limits: Mapping[int, int]) -> None:
    for name, value in limits.items():
        _, hard = resource.getrlimit(name)
        bounded = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (bounded, bounded))
