"""Keeping a handful of processes running together: what `manage.py up` is made of."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

STOP_WITHIN = 20.0  # Seconds that a process has to end by itself.
MOST_RESTARTS = 5  # Within RESTART_WINDOW seconds; beyond that something is wrong for good.
RESTART_WINDOW = 60.0


class CannotStart(Exception):
    """One line that says what is in the way."""


@dataclass
class Process:
    """A command that should run until it is told to stop."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    # A process that runs other people's code starts without this one's environment, where secrets are.
    inherits: bool = True
    child: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.started.append(time.monotonic())
        self.child = subprocess.Popen(
            list(self.command),
            env={**(os.environ if self.inherits else _bare_environment()), **self.environment},
            stdin=subprocess.DEVNULL,
            # Ctrl-C in the terminal reaches the parent only; it stops the others in order.
            start_new_session=True,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,
        )

    def restarts_too_often(self) -> bool:
        recent = [moment for moment in self.started if time.monotonic() - moment < RESTART_WINDOW]
        return len(recent) > MOST_RESTARTS


class Supervisor:
    """Starts processes, restarts one that dies, and stops all of them."""

    def __init__(self, processes: Sequence[Process], say: Callable[[str], None]) -> None:
        self._processes = processes
        self._say = say
        self._stopping = False

    def run(self, is_ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        """Run until a signal says stop. Return 0 after a signal, 1 if a process keeps dying."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_on_signal)
        try:
            for process in self._processes:
                process.start()
            if not self._watch(until=is_ready):
                return 1
            if not self._stopping:
                when_ready()
            return 0 if self._watch() else 1
        finally:
            self._stop_all()

    def _watch(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Restart what ends, until a signal or `until()`. Return False if a process keeps ending."""
        while not self._stopping and not until():
            for process in self._processes:
                if process.child is None or process.child.poll() is None:
                    continue
                code = process.child.returncode
                if process.restarts_too_often():
                    self._say(
                        f"{process.name} keeps ending (exit code {code}). Stopping; its lines above say why."
                    )
                    return False
                self._say(f"{process.name} ended with exit code {code}; starting it again.")
                process.start()
            time.sleep(0.2)
        return True

    def _stop_on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _stop_all(self) -> None:
        running = [process for process in self._processes if process.child and process.child.poll() is None]
        for process in running:
            assert process.child
            process.child.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for process in running:
            assert process.child
            try:
                process.child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(f"{process.name} does not end by itself; killing it.")
                process.child.kill()
                process.child.wait()


def check_port(port: int, variable: str) -> None:
    """Raise CannotStart if something listens on the port already."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                raise CannotStart(f"Port {port} is in use. Choose another: {variable}={port + 10} make run")


def answers(url: str) -> bool:
    """Return whether a server answers `url`, on this machine, with success."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - the caller's own http address
            return response.status == 200
    except OSError:
        return False


@contextlib.contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Hold the installation's lock, or raise CannotStart while another process has it."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            other = file.read().strip() or "unknown"
            raise CannotStart(f"Django Mastery runs already in this folder (process {other}).") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _bare_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}


def die_with_parent() -> None:
    """Ask Linux to stop this child when the parent is killed outright, so that nothing is left behind."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
