"""Children that are forked before anybody asks for them: the zygote's supply.

Forking is the only thing that is done here. Each child locks itself in, and waits on its line.
"""

import contextlib
import os
import random
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sandbox.jail.lockdown import child as lockdown_child
from sandbox.jail.templates import Waiting, quicken, take_one

Serve = Callable[[int, Path], None]

_BREATH = 0.01  # seconds after an order before another child is forked: orders come in pairs
_QUICK = 2  # that wait have copied the pages that an examiner writes to, some 7 MB
_PAUSE = 0.2  # seconds without forking, when memory or processes have run out
_UNEXPECTED = 5.0  # seconds without forking, when a child ended that should have waited


def fork(serve: Serve, slots: Path) -> Waiting:
    """A child that runs `serve(line, slot)`, with a new directory of `slots` as its slot. Raises OSError."""
    with contextlib.ExitStack() as undo:
        slot = Path(tempfile.mkdtemp(dir=slots))
        undo.callback(slot.rmdir)
        ours, theirs = socket.socketpair()
        undo.callback(ours.close)
        with theirs:
            pid = os.fork()
            if pid == 0:
                _be_child(serve, slot, theirs.fileno())
        undo.pop_all()
    return Waiting(pid=pid, slot=slot, line=ours)


def _be_child(serve: Serve, slot: Path, line: int) -> None:
    # Whatever happens, a child must never return into the zygote's loop.
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        lockdown_child.take_descriptors(line)
        lockdown_child.go_first()
        random.seed()
        serve(lockdown_child.CHANNEL, slot)
    except BaseException:  # noqa: BLE001
        os._exit(70)
    os._exit(71)


class Nursery:
    """So many children wait, for as long as nothing runs out."""

    def __init__(self, serve: Serve, slots: Path, *, wanted: int) -> None:
        self._serve = serve
        self._slots = slots
        self._wanted = wanted
        self._waiting: list[Waiting] = []
        self._refill_from = 0.0
        self._calm = True

    def take(self) -> Waiting:
        """One that waits, or a new one. Raises OSError."""
        return take_one(self._waiting) or fork(self._serve, self._slots)

    def rest(self) -> None:
        """After an order: the other one of a pair goes before the next fork."""
        self._refill_from = max(self._refill_from, time.monotonic() + _BREATH)

    def refill(self, calm: bool, copying: bool) -> None:
        """One at a time: who asks meanwhile comes first. While somebody works, only where none waits.

        `copying` says whether there is time for copying pages ahead.
        """
        self._calm = calm
        if copying:
            quicken(self._waiting, _QUICK)
        if not self._short() or time.monotonic() < self._refill_from:
            return
        try:
            self._waiting.append(fork(self._serve, self._slots))
        except OSError:
            self._refill_from = time.monotonic() + _PAUSE

    def next_moment(self) -> list[float]:
        """When `refill` wants to be called; nothing where all are there."""
        return [self._refill_from] if self._short() else []

    def _short(self) -> bool:
        return len(self._waiting) < (self._wanted if self._calm else min(self._wanted, 1))

    def ended(self, pid: int) -> None:
        for child in [child for child in self._waiting if child.pid == pid]:
            # It should not have ended. The next one may do no better: there is no hurry.
            self._waiting.remove(child)
            self._refill_from = time.monotonic() + _UNEXPECTED
            child.put_away()

    def end_all(self) -> None:
        for child in self._waiting:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child.pid, 0)
            child.put_away()
