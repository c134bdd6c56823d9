"""Landlock: what a process may open, without any privilege to set it up."""

import contextlib
import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.jail.lockdown import libc

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every machine
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIRECTORY = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_DIRECTORY, _MAKE_FILE = 1 << 7, 1 << 8
_TRUNCATE = 1 << 14
_LOG_SAME_EXEC_OFF = 1

_READ = _READ_FILE | _READ_DIRECTORY
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE


class NoLandlock(Exception):
    """The kernel has no Landlock, or it is switched off."""


@dataclass(frozen=True, kw_only=True)
class Paths:
    """What stays reachable. Everything else can't be opened, listed, made or removed."""

    read: Iterable[Path] = ()
    fill: Iterable[Path] = field(default=())  # may be read, and new files and directories made in it
    sink: Iterable[Path] = field(default=())  # files to read and write: /dev/null
    run: Iterable[Path] = field(default=())  # programs, and the loaders that load them


def abi() -> int:
    """The version that the kernel speaks, asked by the system call itself. Raises NoLandlock."""
    try:
        null, size = ctypes.c_void_p(None), ctypes.c_size_t(0)
        return libc.syscall("Landlock", _CREATE, null, size, ctypes.c_uint(_VERSION_FLAG))
    except OSError as error:
        raise NoLandlock("the kernel has no Landlock, or it is not switched on (`lsm=` at boot)") from error


def restrict(version: int, paths: Paths) -> None:
    """Binds this thread, and all that come of it, for ever. Stacks on what is in force. Raises OSError."""
    handled = _every_right(version)
    ruleset = _create(version, handled)
    try:
        for allowed, group in (
            (_READ, paths.read),
            (_READ | _WRITE_FILE | _MAKE_DIRECTORY | _MAKE_FILE | _TRUNCATE, paths.fill),
            (_READ_FILE | _WRITE_FILE | _TRUNCATE, paths.sink),
            (_READ_FILE | _EXECUTE, paths.run),
        ):
            for path in group:
                _add(ruleset, path, allowed & handled)
        # Else each refusal would be a line of the host's audit log, which so could be filled.
        flags = _LOG_SAME_EXEC_OFF if version >= 7 else 0
        libc.syscall("Landlock", _RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint(flags))
    finally:
        os.close(ruleset)


def _every_right(version: int) -> int:
    rights = 13 + (version >= 2) + (version >= 3) + (version >= 5)
    return (1 << rights) - 1


def _create(version: int, handled: int) -> int:
    attributes = struct.pack("=Q", handled)
    if version >= 4:
        attributes += struct.pack("=Q", 0b11)  # TCP: bind, connect
    if version >= 6:
        attributes += struct.pack("=Q", 0b11)  # scoped: abstract unix sockets, signals
    size = ctypes.c_size_t(len(attributes))
    return libc.syscall("Landlock", _CREATE, ctypes.c_char_p(attributes), size, ctypes.c_uint(0))


def _add(ruleset: int, path: Path, allowed: int) -> None:
    with contextlib.ExitStack() as stack:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        stack.callback(os.close, descriptor)
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            allowed &= _FOR_FILES
        rule = ctypes.c_char_p(struct.pack("=Qi", allowed, descriptor))
        arguments = (ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint(0))
        libc.syscall(f"Landlock, {path}", _ADD, *arguments)
