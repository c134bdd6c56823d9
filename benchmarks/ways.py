"""The ways to grade that are compared. Each yields a function that grades once, or raises."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.exercise import CHECKS, PROJECT, job
from sandbox.jail import JailUnavailable, grade, start_jail

_REPOSITORY = Path(__file__).resolve().parents[1]
_IMAGE = "django-mastery-benchmark"
_PATIENCE = 120.0  # seconds for one cold grade on a busy machine
_PREFIX = Path(sys.prefix).resolve()
_COLD = [str(_PREFIX / "bin" / "python"), "-m", "benchmarks.processes.cold"]
_ENVIRONMENT = {"PATH": os.defpath, "PYTHONPATH": str(_REPOSITORY), "LANG": "C.UTF-8"}


class NotHere(Exception):
    """This machine can't do it; one line says why."""


class Wrong(Exception):
    """The grade was not what the exercise deserves, so its time means nothing."""


@dataclass
class Way:
    """`pid` is the root of the processes that stay, or 0; `peaks` are the RSS in bytes of the others."""

    once: Callable[[], None]
    pid: int = 0
    peaks: list[int] = field(default_factory=list)


def all_ways() -> dict[str, Callable[[], AbstractContextManager[Way]]]:
    return {
        "jail": jail,
        "floor": floor,
        "cold_python": lambda: _cold([]),
        "cold_bubblewrap": lambda: _cold(_bubblewrap()),
        "cold_container": container,
    }


@contextmanager
def jail() -> Iterator[Way]:
    """This grader."""

    def once() -> None:
        verdict = grade(started, PROJECT, CHECKS, time_limit=60)
        if verdict.state != "passed":
            raise Wrong(f"{verdict.state}: {verdict.message}")

    try:
        with start_jail() as started:
            yield Way(once, pid=started.pid)
    except JailUnavailable as error:
        raise NotHere(str(error)) from error


@contextmanager
def floor() -> Iterator[Way]:
    """A warm Python that forks, and isolates nothing."""
    # The path of a socket is short.
    with tempfile.TemporaryDirectory(prefix="dm-floor-", dir="/tmp") as directory:
        path = Path(directory) / "s"
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.processes.floor", str(path)], env=_ENVIRONMENT
        )
        try:
            _wait_for(path, process)
            yield Way(lambda: _ask_floor(path), pid=process.pid)
        finally:
            process.kill()
            process.wait()


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotHere("the warm Python did not start")
        time.sleep(0.05)


def _ask_floor(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_PATIENCE)
        connection.connect(str(path))
        with connection.makefile("rwb") as stream:
            stream.write(job())
            stream.flush()
            check(stream.readline())


@contextmanager
def _cold(before: list[str], environment: dict[str, str] | None = None) -> Iterator[Way]:
    way = Way(lambda: _run_cold([*before, *_COLD], way.peaks, environment or {}))
    yield way


def _run_cold(command: list[str], peaks: list[int], environment: dict[str, str]) -> None:
    with tempfile.TemporaryFile() as answers:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=answers, env={**_ENVIRONMENT, **environment}
        )
        assert process.stdin is not None
        with process.stdin as requests:
            requests.write(job())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        peaks.append(usage.ru_maxrss * 1024)
        answers.seek(0)
        check(answers.read())


def _bubblewrap() -> list[str]:
    command = shutil.which("bwrap")
    if command is None:
        raise NotHere("there is no bubblewrap here (bwrap)")
    options = [
        "--unshare-user",
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
        "--cap-drop",
    ]
    options += ["ALL", "--die-with-parent", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108
    for path in _runtime():
        options += ["--ro-bind", path, path]
    command_line = [command, *options]
    if subprocess.run([*command_line, "true"], capture_output=True).returncode:
        raise NotHere("bubblewrap can't make its namespaces here")
    return command_line


@contextmanager
def container() -> Iterator[Way]:
    """`docker run` of an empty image; what it runs is mounted from this machine, read-only."""
    command = shutil.which("docker")
    if command is None:
        raise NotHere("there is no docker here")
    made = subprocess.run([command, "import", "-", _IMAGE], input=b"\0" * 10240, capture_output=True)
    if made.returncode:
        raise NotHere(f"no container engine answers: {made.stderr.decode().strip().splitlines()[-1][:200]}")
    options = ["run", "--rm", "--interactive", "--network", "none", "--read-only", "--cap-drop", "ALL"]
    options += ["--security-opt", "no-new-privileges", "--tmpfs", "/tmp"]  # noqa: S108
    for name, value in _ENVIRONMENT.items():
        options += ["--env", f"{name}={value}"]
    for path in _runtime():
        options += ["--volume", f"{path}:{path}:ro"]
    # Where its engine is, for the client; what runs in the container does not see it.
    engine = {name: value for name, value in os.environ.items() if name.startswith("DOCKER_")}
    try:
        with _cold([command, *options, _IMAGE], engine) as way:
            yield way
    finally:
        subprocess.run([command, "rmi", "--force", _IMAGE], capture_output=True)


def _runtime() -> list[str]:
    """The directories that a Python of this machine is in, with what it runs."""
    paths = [Path(name) for name in ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache")]
    paths += [Path(sys.base_prefix).resolve(), _PREFIX, _REPOSITORY]
    known: list[Path] = []
    for path in (path for path in paths if path.exists()):
        if not any(path.is_relative_to(other) for other in known):
            known.append(path)
    return [str(path) for path in known]


def check(answer: bytes) -> None:
    statuses = json.loads(answer or b"{}")
    if not statuses or set(statuses.values()) != {"passed"}:
        raise Wrong(f"not every check passed: {statuses}")
