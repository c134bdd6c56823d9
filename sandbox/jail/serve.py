"""`python -m sandbox.jail serve`: makes a process fit to be a zygote, and runs it."""

import argparse
import contextlib
import gc
import importlib
import os
import socket
import stat
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from sandbox.jail import leftovers, templates
from sandbox.jail.control import unix_address
from sandbox.jail.limits import THREADS
from sandbox.jail.lockdown import child as lockdown_child
from sandbox.jail.lockdown import landlock, libc, runtime, seccomp, syscalls
from sandbox.jail.nursery import Serve
from sandbox.jail.toolbox import installed
from sandbox.jail.zygote import Zygote

_M_ARENA_MAX = -8
_SLOT_PREFIX = "django-mastery-jail-"
# Users that no account has: systemd's range for such users, which also fits into a container's 65536.
_FIRST_UID, _UIDS = 61184, 4000
_MOST_TASKS = 1 << 20  # no limit, until a child gets work
_ALL = 1 << 30


class CannotServe(Exception):
    """One line: what is missing on this host."""


def make_lock() -> lockdown_child.Lock:
    """What every child is locked with on this host. Raises CannotServe where grading has to be refused."""
    try:
        version = landlock.abi()
        return lockdown_child.Lock(
            landlock_abi=version,
            runtime=runtime.readable(),
            sinks=runtime.sinks(),
            first_filter=seccomp.build(version, first=True),
            template_filter=seccomp.build(version, first=True, forks=True),
            final_filter=seccomp.build(version, first=False),
            programs=installed(),
        )
    except (landlock.NoLandlock, syscalls.UnknownMachine) as error:
        raise CannotServe(str(error)) from error


def main(arguments: argparse.Namespace) -> int:
    path = Path(arguments.socket).absolute()
    _forget_environment()
    try:
        lock = make_lock()
        listener = _listen(path)
    except (CannotServe, OSError) as error:
        print(f"jail: grading is impossible on this host: {error}", file=sys.stderr)
        return 1
    # Its own directory may be covered later, so the socket is removed by way of this descriptor.
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        return _serve(lock, listener, arguments)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path.name, dir_fd=directory)


def _serve(lock: lockdown_child.Lock, listener: socket.socket, arguments: argparse.Namespace) -> int:
    slots = _make_slots()
    try:
        if os.getuid() == 0:
            tools = [path for tool in lock.programs.values() for path in (*tool.runs, *tool.libraries)]
            runtime.open_to_others((*lock.runtime, *tools))
        serve_child, serve_template = _prepare(lock, slots)
        os.chdir("/")
        # Only now: who can connect can be served.
        listener.listen(128)
        zygote = Zygote(
            listener,
            slots,
            serve_child,
            serve_template,
            tasks=_TaskCount(arguments.children).limit,
            max_children=arguments.children,
            waiting=arguments.waiting,
            templates=arguments.templates,
        )
        zygote.run(while_open=0 if arguments.while_stdin else None)
    except Exception as error:  # noqa: BLE001 - whatever it is, its last line is for who started the jail
        if not isinstance(error, runtime.RuntimeUnreadable):
            traceback.print_exc(file=sys.stderr)
        told = " ".join(str(error).split())
        print(f"jail: grading is impossible on this host: {told}", file=sys.stderr)
        return 1
    finally:
        leftovers.remove(slots, _ALL)
    return 0


def plain_environment() -> dict[str, str]:
    """All that a zygote is told of the platform."""
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    if temporary := os.environ.get("TMPDIR"):
        environment["TMPDIR"] = temporary
    return environment


def _forget_environment() -> None:
    """Starts over without the environment.

    It holds the platform's secrets, and children inherit its memory.
    """
    environment = plain_environment()
    # LC_CTYPE is what Python itself may add.
    if set(os.environ) <= {*environment, "LC_CTYPE"}:
        return
    arguments = [sys.executable, "-P", "-m", "sandbox.jail", *sys.argv[1:]]
    os.execve(sys.executable, arguments, environment)  # noqa: S606


def _listen(path: Path) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.stat().st_mode):
            probe = socket.socket(socket.AF_UNIX)
            with probe, unix_address(path) as address, contextlib.suppress(ConnectionRefusedError):
                probe.connect(address)
                raise CannotServe(f"another jail serves on {path}")
            path.unlink()
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        with unix_address(path) as address:
            listener.bind(address)
    finally:
        os.umask(before)
    return listener


def _make_slots() -> Path:
    shared = Path("/dev/shm")  # noqa: S108 - a tmpfs, and Landlock keeps each child in its own slot
    parent = shared if os.access(shared, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    _sweep(parent)
    slots = Path(tempfile.mkdtemp(prefix=f"{_SLOT_PREFIX}{os.getpid()}-", dir=parent))
    slots.chmod(0o711)
    return slots


def _sweep(parent: Path) -> None:
    """What a zygote that was killed left behind."""
    for left in parent.glob(f"{_SLOT_PREFIX}*"):
        pid = left.name.removeprefix(_SLOT_PREFIX).partition("-")[0]
        mine = left.is_dir() and not left.is_symlink() and left.lstat().st_uid == os.getuid()
        if mine and pid.isdigit() and not Path(f"/proc/{pid}").exists():
            leftovers.remove(left, _ALL)


def _prepare(lock: lockdown_child.Lock, slots: Path) -> tuple[Serve, Serve]:
    """What a child does, and what a template does."""
    libc.mallopt(_M_ARENA_MAX, 2)
    warm = importlib.import_module("sandbox.jail.harness.warm")
    database = warm.up()
    # Needs Django set up, as warm.up() has just done.
    child = importlib.import_module("sandbox.jail.harness.child")
    if threading.active_count() != 1:
        raise RuntimeError("a zygote forks, and so must have a single thread")
    gc.collect()
    gc.freeze()
    # What a child allocates in its short life is hardly worth looking through; memory has its limit anyway.
    gc.set_threshold(20_000, 20, 20)
    writes = importlib.import_module("sandbox.jail.harness.rehearsal").rehearsed(database, slots)
    zygote_pid = os.getpid()

    def key(slot: Path, pages: Any) -> Any:
        uid = None
        if os.getuid() == 0:
            uid = _FIRST_UID + os.getpid() % _UIDS
            os.chown(slot, uid, uid)
        return child.Key(lock=lock, slot=slot, tasks=_MOST_TASKS, uid=uid, parent=zygote_pid, writes=pages)

    return (
        # Projects come from templates, but for an exercise's first: who waits here is mostly an examiner.
        lambda line, slot: child.run(line, key(slot, writes.examiner), database),
        lambda line, slot: child.run_template(line, key(slot, writes.candidate), database),
    )


class _TaskCount:
    """RLIMIT_NPROC counts all threads of a user.

    Children without a user of their own get a margin beyond, in which there is room for what `children` may
    have: so nobody is kept from a thread by others. Who has more than theirs is ended by the zygote.
    """

    def __init__(self, children: int) -> None:
        self._margin = THREADS * children
        self._known = (0.0, 0)

    def limit(self, siblings: int) -> int:
        """For a child that gets work now, and shares its user with so many that work.

        Looking at every process takes long, and is done once a second.
        """
        if os.getuid() == 0:
            # Those of a template share one: itself, and its children that wait.
            return THREADS * (siblings + 1) + templates.AHEAD + 1
        counted, total = self._known
        if time.monotonic() - counted > 1:
            # Where descriptors have run out, what was seen last has to do.
            with contextlib.suppress(OSError):
                total = self._now()
            self._known = (time.monotonic(), total)
        return total + self._margin

    def _now(self) -> int:
        uid, total = os.getuid(), 0
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                # A process may end while it is looked at.
                with contextlib.suppress(OSError):
                    if process.stat().st_uid == uid:
                        total += sum(1 for _ in (process / "task").iterdir())
        return total
