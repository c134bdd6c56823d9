"""`python -m sandbox.jail doctor`: what this host has, what is in force, what is missing."""

import argparse
import os
import platform
import sqlite3
from collections.abc import Iterator

from sandbox.jail.children import JailUnavailable
from sandbox.jail.client import start_jail
from sandbox.jail.harness.canary import ATTACKS
from sandbox.jail.lockdown import landlock, runtime, seccomp, syscalls

_LATER = {
    3: "files that may be read only can't be truncated",
    4: "TCP",
    5: "ioctl on devices",
    6: "signals and abstract sockets",
}
Finding = tuple[str, str]


def main(_: argparse.Namespace) -> int:
    fatal = False
    for probe in (_machine, _landlock, _seccomp, _database, _runtime, _canary):
        for verdict, text in probe():
            fatal = fatal or verdict == "MISSING"
            print(f"{verdict:8} {text}")
    print("Grading is impossible on this host." if fatal else "Ready to grade.")
    return 1 if fatal else 0


def _machine() -> Iterator[Finding]:
    yield "has", f"Linux {platform.release()} on {platform.machine()}, Python {platform.python_version()}"
    who = (
        "root: children become users of their own"
        if os.getuid() == 0
        else f"user {os.getuid()}, as are children"
    )
    yield "has", f"started by {who}"


def _landlock() -> Iterator[Finding]:
    try:
        version = landlock.abi()
    except landlock.NoLandlock as error:
        yield "MISSING", str(error)
        return
    yield "in force", f"Landlock, ABI {version}"
    for since, what in _LATER.items():
        if version < since:
            yield "note", f"Landlock before ABI {since} does not cover: {what}; the system call filter does"


def _seccomp() -> Iterator[Finding]:
    try:
        _, numbers = syscalls.machine_table()
    except syscalls.UnknownMachine as error:
        yield "MISSING", str(error)
        return
    allowed = sum(name in numbers for name in seccomp.ALLOWED)
    yield "in force", f"seccomp: {allowed} system calls allowed, a few by their arguments, all others refused"


def _database() -> Iterator[Finding]:
    yield from _require(
        sqlite3.sqlite_version_info >= (3, 36), f"SQLite {sqlite3.sqlite_version}", "SQLite 3.36"
    )
    can_serialize = hasattr(sqlite3.Connection, "deserialize")
    yield from _require(can_serialize, "SQLite can serialize", "SQLite built with serialize()")


def _require(holds: bool, has: str, needs: str) -> Iterator[Finding]:
    yield ("has", has) if holds else ("MISSING", f"{needs} (there is: {has})")


def _runtime() -> Iterator[Finding]:
    yield (
        "in force",
        f"readable for a project: its own files and {len(runtime.readable())} places of the runtime:",
    )
    for path in runtime.readable():
        yield "", str(path)


def _canary() -> Iterator[Finding]:
    try:
        with start_jail() as jail:
            jail.check()
    except JailUnavailable as error:
        yield "MISSING", str(error)
        return
    yield "in force", f"the jail refused its own {len(ATTACKS)} attacks: {', '.join(ATTACKS)}"
