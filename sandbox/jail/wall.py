"""The outer wall on a bare host: bubblewrap around the zygote, where there is a bubblewrap that works.

Nothing inside depends on it: a child locks itself in as if there were no wall, and where there is none the
jail serves all the same. What the wall adds is for the day on which Landlock or the filter fails: then there
is no network, no other process and no file but Python's.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sandbox.jail.lockdown import runtime

CHOICES = ("auto", "bwrap", "none")

_SANDBOX = Path(__file__).resolve().parents[1]
_SLOTS_BYTES = 256 << 20  # of files that children are given, all together
_NAMESPACES = ("pid", "net", "ipc", "uts")
# For root only, who makes each child a user of its own: to become it, to give it its slot, to end it, to
# clear up.
_CAPABILITIES = ("CAP_SETUID", "CAP_SETGID", "CAP_CHOWN", "CAP_KILL", "CAP_DAC_OVERRIDE")
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_PATIENCE = 10  # seconds for bubblewrap to say whether it works
_LAST_WORDS = 5  # seconds for the zygote to clear up


class NoWall(Exception):
    """There is no wall to be had; one line says why."""


def confirm() -> None:
    """Builds a wall around nothing, to know whether it holds. Raises NoWall."""
    command = _command([sys.executable, "-I", "-S", "-c", ""], shared=None)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoWall(f"bubblewrap does not start: {error}") from error
    if done.returncode != 0:
        told = " ".join(done.stderr.split()) or f"status {done.returncode}"
        raise NoWall(f"bubblewrap does not work here: {told}")


def serve_within(command: list[str], socket: Path, environment: Mapping[str, str]) -> int:
    """Runs the command inside, in the foreground, until it ends; gives its status.

    What asks this process to end asks the command. When this process is killed, all inside is.
    """
    reading, writing = os.pipe()
    walled = _command(command, shared=socket.parent, more=["--info-fd", str(writing)])
    with subprocess.Popen(walled, pass_fds=(writing,), env=environment) as process:
        os.close(writing)
        inside = _first_process(reading)
        with _passing_on_signals(process, inside):
            return process.wait()


def _first_process(reading: int) -> int | None:
    """Its id as it is known outside; None where bubblewrap did not get that far."""
    with open(reading, encoding="ascii") as told:
        try:
            return int(json.load(told)["child-pid"])
        except (ValueError, KeyError):
            return None


@contextlib.contextmanager
def _passing_on_signals(process: "subprocess.Popen[bytes]", inside: int | None) -> Iterator[None]:
    def end(*_: object) -> None:
        # A first process hears only what it has a handler for, so it may be deaf while it starts.
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.alarm(_LAST_WORDS)
        if inside is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(inside, signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    yield


def _command(command: list[str], *, shared: Path | None, more: Iterable[str] = ()) -> list[str]:
    """bubblewrap's command line. `shared` is the one directory that may be written to."""
    program = shutil.which("bwrap", path=os.environ.get("PATH", os.defpath) + ":/usr/bin:/usr/local/bin")
    if program is None:
        raise NoWall("bubblewrap is not installed")
    options = [f"--unshare-{name}" for name in _NAMESPACES] + ["--unshare-cgroup-try"]
    options += ["--die-with-parent", "--as-pid-1", "--new-session", "--cap-drop", "ALL"]
    if os.getuid() == 0:
        options += [part for name in _CAPABILITIES for part in ("--cap-add", name)]
    else:
        # Named, because "all" silently leaves it out where it can't be had.
        options += ["--unshare-user"]
    # These first: the checkout may be below one of them.
    options += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108
    options += ["--size", str(_SLOTS_BYTES), "--tmpfs", "/dev/shm", *_files()]  # noqa: S108
    if shared is not None:
        options += [*_way_to(shared), "--bind", str(shared), str(shared)]
    return [program, *options, *more, "--remount-ro", "/", "--chdir", "/", *command]


def _files() -> list[str]:
    """The system's programs and libraries, Python, and the jail. Read-only, and nothing else is there."""
    options = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        path = Path("/", name)
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            options += ["--ro-bind", str(path), str(path)]
    options += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    bound = [Path("/usr"), *(Path("/", name) for name in _SYSTEM), Path("/dev")]
    wanted = [Path(sys.prefix), Path(sys.base_prefix), _SANDBOX, *runtime.readable()]
    for path in sorted(dict.fromkeys(wanted), key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(known) for known in bound):
            bound.append(path)
            options += [*_way_to(path), "--ro-bind", str(path), str(path)]
    return options


def _way_to(path: Path) -> list[str]:
    # Directories that bubblewrap makes unasked are closed to others, as which children run.
    return [part for above in reversed(path.parents[:-1]) for part in ("--dir", str(above))]
