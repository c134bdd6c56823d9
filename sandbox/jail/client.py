"""The platform's side of the jail's socket: asking for children, and for a jail."""

import contextlib
import os
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sandbox.jail import control, readiness
from sandbox.jail.booted import BootedProject
from sandbox.jail.children import Child, JailUnavailable
from sandbox.jail.limits import PREVIEW_PARTS, Limits
from sandbox.jail.project import Project
from sandbox.jail.wire import Channel, Closed, Stopped, TimeUp, WireError

_REPOSITORY = Path(__file__).resolve().parents[2]
_BUSY_WAIT = 60.0  # seconds for a place to become free
_READY_WAIT = 20.0  # seconds for a child to lock itself in
_START_WAIT = 60.0  # seconds for a cold jail to warm up
_CANARY_WAIT = 20.0
_TEMPLATE_WAIT = 1.0  # seconds for a template to take its files

Stop = Callable[[], bool] | None
Got = TypeVar("Got")


class Jail:
    """A jail that runs already, by its socket. `pid` is known of one that `start_jail` started.

    `request`, of 16 bytes, stands in the jail's log where a child comes to a bad end.
    """

    def __init__(self, socket_path: str | Path, pid: int = 0, request: bytes = b"") -> None:
        self.socket_path = Path(socket_path)
        self.pid = pid
        self.request = request

    @contextmanager
    def child(
        self, limits: Limits, should_stop: Stop = None, key: bytes = b"", *, guest: bool = False
    ) -> Iterator[Child]:
        """A child that has locked itself in, of a jail that holds; of the key's template, if there is one.

        A guest waits for one of the places that guests may take. Raises JailUnavailable, and Stopped while
        waiting for a place.
        """
        self.confirm(should_stop)
        with self._any_child(limits, should_stop, key, control.GUEST if guest else 0) as child:
            yield child

    @contextmanager
    def _any_child(
        self, limits: Limits, should_stop: Stop = None, key: bytes = b"", part: int = 0
    ) -> Iterator[Child]:
        child = self._retry(lambda: self._ask(limits, should_stop, key, part), should_stop)
        try:
            yield child
        finally:
            child.close()

    @contextmanager
    def pair(
        self, limits: Limits, should_stop: Stop = None, key: bytes = b""
    ) -> Iterator[tuple[Child, Child]]:
        """Two at once, the first of the template of that key, if there is one.

        Whoever gets one place only gives it back, so that no two can wait for each other.
        """
        self.confirm(should_stop)
        first, second = self._retry(lambda: self._ask_two(limits, should_stop, key), should_stop)
        try:
            yield first, second
        finally:
            first.close()
            second.close()

    @contextmanager
    def boot(
        self,
        project: Project,
        limits: Limits | None = None,
        should_stop: Stop = None,
        *,
        within: float | None = None,
    ) -> Iterator[BootedProject]:
        """The project, alive, for at most `limits.wall` seconds: a guest. It has to boot `within` so many.

        Raises InvalidProject, JailUnavailable, ProjectFailed, ProjectGone, wire.TimeUp, wire.Stopped.
        """
        project.validate()
        limits = limits or Limits()
        with self.child(limits, should_stop, project.template_key(), guest=True) as child:
            child.channel.most_parts = PREVIEW_PARTS
            self.warm_up(project, child)
            ends = time.monotonic() + limits.wall
            booted = BootedProject(child, ends if within is None else min(ends, time.monotonic() + within))
            booted.boot(project, limits.output)
            booted.deadline = ends
            yield booted

    def zygote(self) -> int | None:
        """The process id of who listens on the socket; None where that can't be seen from here.

        Raises JailUnavailable.
        """
        with socket.socket(socket.AF_UNIX) as connection:
            self._connect(connection)
            told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        pid, _, _ = struct.unpack("3i", told)
        return pid or None

    def warm_up(self, project: Project, child: Child) -> None:
        """Orders a template for projects with this fixed part, where the child has heard of none."""
        if child.template != control.Template.UNKNOWN:
            return
        deadline = time.monotonic() + _TEMPLATE_WAIT
        order = control.pack_order(Limits(), project.template_key(), template=True, request=self.request)
        # Without one a grade takes longer, and that is all.
        with contextlib.suppress(Closed, TimeUp, WireError), contextlib.ExitStack() as stack:
            line = self._order(order, None, stack).channel
            line.send({"op": "template", **project.fixed_part()}, deadline)

    def confirm(self, should_stop: Stop = None) -> None:
        """As `check`, but from memory where the jail was checked a moment ago. Also raises Stopped."""
        readiness.confirm(self.socket_path, lambda: self._attack(should_stop))

    def check(self) -> None:
        """Lets the jail attack itself.

        Raises JailUnavailable, with the reason in one line, if it can't grade.
        """
        readiness.check(self.socket_path, self._attack)

    def _attack(self, should_stop: Stop = None) -> None:
        deadline = time.monotonic() + _CANARY_WAIT
        with self._any_child(Limits(wall=_CANARY_WAIT, cpu=5), should_stop) as child:
            try:
                child.channel.send({"op": "canary"}, deadline)
                sealed = child.channel.receive(deadline)
                answer = child.channel.receive(deadline) if sealed.get("op") == "sealed" else sealed
            except (Closed, TimeUp, WireError) as error:
                raise JailUnavailable(f"the jail's test of itself got no answer ({error})") from error
        if reason := answer.get("reason"):
            raise JailUnavailable(f"the jail can't lock a child in: {reason}")
        if answer["surprises"]:
            found = "; ".join(f"{name}: {what}" for name, what in answer["surprises"].items())
            raise JailUnavailable(f"the jail let an attack of its own pass ({found})")

    def _retry(self, ask: Callable[[], Got | None], should_stop: Stop) -> Got:
        give_up = time.monotonic() + _BUSY_WAIT
        while time.monotonic() < give_up:
            got = ask()
            if got is not None:
                return got
            if should_stop is not None and should_stop():
                raise Stopped
            # At random, so that those who collided do not do so again.
            time.sleep(random.uniform(0.02, 0.1))  # noqa: S311
        raise JailUnavailable(f"the jail has been busy for {_BUSY_WAIT:.0f} seconds")

    def _ask_two(self, limits: Limits, should_stop: Stop, key: bytes) -> tuple[Child, Child] | None:
        orders = [
            control.pack_order(limits, one, part=part, request=self.request)
            for part, one in ((1, key), (2, b""))
        ]
        with contextlib.ExitStack() as stack:
            # Both are ordered before either is waited for.
            asked = [self._order(order, should_stop, stack) for order in orders]
            ready = [child for child in asked if self._is_ready(child)]
            if len(ready) < 2:
                return None
            stack.pop_all()
            return ready[0], ready[1]

    def _ask(self, limits: Limits, should_stop: Stop, key: bytes, part: int) -> Child | None:
        """None where the jail has no place free."""
        with contextlib.ExitStack() as stack:
            order = control.pack_order(limits, key, part=part, request=self.request)
            child = self._order(order, should_stop, stack)
            if not self._is_ready(child):
                return None
            stack.pop_all()
            return child

    def _order(self, order: bytes, should_stop: Stop, stack: contextlib.ExitStack) -> Child:
        """A child that may yet be refused; the stack closes it."""
        connection = socket.socket(socket.AF_UNIX)
        ours, theirs = socket.socketpair()
        child = Child(connection, Channel(ours, should_stop))
        stack.callback(child.close)
        with theirs:
            self._connect(connection)
            # Whoever has no place free may have hung up: it told why.
            with contextlib.suppress(OSError):
                socket.send_fds(connection, [order], [theirs.fileno()])
        return child

    def _is_ready(self, child: Child) -> bool:
        """False where there was no place for it."""
        try:
            message = child.channel.receive(time.monotonic() + _READY_WAIT)
        except (Closed, TimeUp, WireError) as error:
            ended = child.ended(1.0)
            if ended is not None and ended.busy:
                return False
            raise JailUnavailable(f"the jail gave no child ({str(error) or 'it took too long'})") from error
        if message.get("op") != "ready":
            raise JailUnavailable(f"the jail can't lock a child in: {message.get('reason')}")
        child.template = message.get("template", control.Template.NONE)
        return True

    def _connect(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(_READY_WAIT)
            with control.unix_address(self.socket_path) as address:
                connection.connect(address)
        except OSError as error:
            raise JailUnavailable(f"no jail answers on {self.socket_path.name} ({error.strerror})") from error


@contextmanager
def start_jail(wall: str = "auto") -> Iterator[Jail]:
    """A jail of one's own, for commands and tests; stopped at the end. `wall` is one of `wall.CHOICES`.

    Raises JailUnavailable where it can't start.
    """
    environment = {**os.environ, "PYTHONPATH": str(_REPOSITORY)}
    with tempfile.TemporaryDirectory(prefix="dm-jail-", dir=_short_directory()) as directory:
        path = Path(directory) / "s"
        command = [
            sys.executable,
            "-P",
            "-m",
            "sandbox.jail",
            "serve",
            "--while-stdin",
            "--socket",
            str(path),
            "--wall",
            wall,
        ]
        # It ends when its stdin is closed, so also when this process is killed.
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        try:
            _wait_until_it_serves(process, path)
            yield Jail(path, process.pid)
        finally:
            _stop(process)


def _short_directory() -> str | None:
    # A unix socket's path is short, and TMPDIR may be long.
    return "/tmp" if len(tempfile.gettempdir()) > 60 else None  # noqa: S108


def _wait_until_it_serves(process: "subprocess.Popen[bytes]", path: Path) -> None:
    deadline = time.monotonic() + _START_WAIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            told = (process.stderr.read() if process.stderr else b"").decode(errors="replace").strip()
            reason = told.splitlines()[-1] if told else f"it ended with status {process.returncode}"
            raise JailUnavailable(reason.removeprefix("jail: "))
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
            return
        time.sleep(0.02)
    raise JailUnavailable(f"the jail did not start within {_START_WAIT:.0f} seconds")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stderr:
        process.stderr.close()
