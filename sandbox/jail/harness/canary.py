"""A handful of attacks on the jail by the jail itself. It may grade only while each of them is refused."""

import ctypes
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.jail.harness.database import Database
from sandbox.jail.harness.sealed import seal
from sandbox.jail.lockdown.child import Lock
from sandbox.jail.wire import Channel


def _open_socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _exec() -> None:
    # Landlock and the filter each refuse it; where both fail, this process is gone, which is also noticed.
    os.execv("/bin/true", ["true"])  # noqa: S606


def _read_passwords() -> None:
    Path("/etc/passwd").read_bytes()


def _list_root() -> None:
    next(Path("/").iterdir())


def _write_file() -> None:
    Path("left_behind").write_text("x")


def _make_memory_file() -> None:
    os.close(os.memfd_create("x"))


def _signal_parent() -> None:
    os.kill(os.getppid(), 0)


def _trace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(0, 0, None, None) != 0:
        raise PermissionError(ctypes.get_errno(), "ptrace")


ATTACKS: dict[str, Callable[[], None]] = {
    "open a socket": _open_socket,
    "fork": _fork,
    "read /etc/passwd": _read_passwords,
    "list /": _list_root,
    "write a file": _write_file,
    "make a memory file": _make_memory_file,
    "signal the zygote": _signal_parent,
    "trace": _trace,
    "run a program": _exec,
}


def serve(channel: Channel, job: dict[str, Any], *, lock: Lock, slot: Path, database: Database) -> None:
    """Answers `{"refused": [names], "surprises": {name: what happened}}`."""
    seal(channel, {"canary.txt": "x"}, lock=lock, slot=slot)
    os.chdir(slot)
    refused, surprises = [], {}
    for name, attack in ATTACKS.items():
        try:
            attack()
        except PermissionError:
            refused.append(name)
        except Exception as error:  # noqa: BLE001 - anything but a refusal is what we look for
            surprises[name] = f"{type(error).__name__}: {error}"
        else:
            surprises[name] = "succeeded"
    if os.getuid() == 0:
        surprises["uid"] = "still root"
    channel.send({"refused": refused, "surprises": surprises})
