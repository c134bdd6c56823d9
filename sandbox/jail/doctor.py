"""`python -m sandbox.jail doctor`: what this host has, what is in force, what is missing.

By layers, from the outside in. What can be measured on a jail that runs is measured there: on the one that
`--socket` names, or else on one that is started for it.
"""

import argparse
import contextlib
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager

from sandbox.jail import host, tools, wall
from sandbox.jail.children import JailUnavailable
from sandbox.jail.client import Jail, start_jail
from sandbox.jail.harness.canary import ATTACKS
from sandbox.jail.limits import MAXIMUM, MEGABYTE
from sandbox.jail.lockdown import landlock, runtime, seccomp, syscalls
from sandbox.jail.lockdown.programs import NotAProgram

_LATER = {
    3: "files that may be read only can't be truncated",
    4: "TCP",
    5: "ioctl on devices",
    6: "signals and abstract sockets",
}
_NAMES = {
    "pid": "processes",
    "net": "network",
    "mnt": "files",
    "user": "users",
    "ipc": "IPC",
    "uts": "host name",
}
Finding = tuple[str, str]  # "has", "in force", "note", "absent" (graded all the same) or "MISSING", and what


def main(arguments: argparse.Namespace) -> int:
    """1 where grading is impossible on this host, or in that jail."""
    fatal = _show("This host", _machine(), _database())
    fatal |= _show("What a child is locked in with", _landlock(), _seccomp(), _runtime())
    fatal |= _show("What there is for an outer wall", _container(), _bubblewrap())
    if not fatal:
        try:
            with _jail(arguments.socket) as jail:
                fatal |= _show("The jail", _walls_of(jail), _canary(jail), _memory_of(jail))
                fatal |= _show("Grading tools", _tools(jail))
        except JailUnavailable as error:
            fatal |= _show("The jail", iter([("MISSING", str(error))]))
    print("\nGrading is impossible on this host." if fatal else "\nReady to grade.")
    return 1 if fatal else 0


def _show(title: str, *probes: Iterator[Finding]) -> bool:
    """Whether something is MISSING."""
    print(f"\n{title}")
    fatal = False
    for probe in probes:
        for verdict, text in probe:
            fatal = fatal or verdict == "MISSING"
            print(f"  {verdict:8} {text}")
    return fatal


def _jail(path: str | None) -> AbstractContextManager[Jail]:
    return contextlib.nullcontext(Jail(path)) if path else start_jail()


def _machine() -> Iterator[Finding]:
    yield "has", f"Linux {platform.release()} on {platform.machine()}, Python {platform.python_version()}"
    children = "children become users of their own" if host.who() == "root" else "and so are children"
    yield "has", f"started by {host.who()}: {children}"


def _database() -> Iterator[Finding]:
    new_enough = sqlite3.sqlite_version_info >= (3, 36)
    yield from _require(new_enough, f"SQLite {sqlite3.sqlite_version}", "SQLite 3.36")
    can_serialize = hasattr(sqlite3.Connection, "deserialize")
    yield from _require(can_serialize, "SQLite can serialize", "SQLite built with serialize()")


def _require(holds: bool, has: str, needs: str) -> Iterator[Finding]:
    yield ("has", has) if holds else ("MISSING", f"{needs} (there is: {has})")


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


def _runtime() -> Iterator[Finding]:
    places = runtime.readable()
    yield "in force", f"readable for a project: its own files and {len(places)} places of the runtime:"
    for path in places:
        yield "", str(path)


def _container() -> Iterator[Finding]:
    kind = host.container()
    yield ("has", f"a container ({kind}) around all of this") if kind else ("note", "no container in sight")
    memory, processes = host.group_limit("memory"), host.group_limit("pids")
    if memory is None:
        yield "note", "no limit of memory by a control group: the children's own limits are all there is"
    else:
        yield "in force", f"at most {memory // MEGABYTE} MB by a control group"
        if memory < MAXIMUM.memory * MEGABYTE:
            yield "note", f"one child may ask for {MAXIMUM.memory} MB, which is more than that"
    if processes is not None:
        yield "in force", f"at most {processes} processes and threads by a control group"


def _bubblewrap() -> Iterator[Finding]:
    refused = host.user_namespaces()
    yield ("absent", f"user namespaces: {refused}") if refused else ("has", "user namespaces")
    try:
        wall.confirm()
    except wall.NoWall as reason:
        yield "absent", f"{reason}: the jail serves without it"
    else:
        yield "has", "bubblewrap, and it works"


def _walls_of(jail: Jail) -> Iterator[Finding]:
    zygote = jail.zygote()
    if zygote is None:
        yield "note", "the zygote is where it can't be seen from here, in another container perhaps"
        return
    try:
        own = host.own_namespaces(zygote)
    except OSError:
        yield "note", f"the zygote is process {zygote}, which is another user's and can't be looked at"
        return
    having = f"of its own it has: {', '.join(_NAMES[name] for name in own) or 'nothing'}"
    if {"pid", "net"} <= set(own):
        yield "in force", f"an outer wall around the zygote; {having}"
    else:
        yield "absent", f"no outer wall between this process and the zygote; {having}"
    if names := host.interfaces(zygote):
        yield (
            "note",
            f"the zygote has a network ({', '.join(names)}); children are refused sockets all the same",
        )
    else:
        yield "in force", "the zygote has no network"
    if host.root_is_read_only(zygote):
        yield "in force", "its root directory is read-only"
    yield "has", f"{host.capabilities(zygote)} capabilities for the zygote, none for children"


def _memory_of(jail: Jail) -> Iterator[Finding]:
    zygote = jail.zygote()
    own = host.memory(zygote) if zygote is not None else None
    if zygote is None or own is None:
        return
    waiting = [host.memory(child) or 0 for child in host.descendants(zygote)]
    more = f", and {len(waiting)} below it {sum(waiting) / MEGABYTE:.0f} MB" if waiting else ""
    yield "has", f"the zygote's share of memory is {own / MEGABYTE:.0f} MB{more}"


def _canary(jail: Jail) -> Iterator[Finding]:
    try:
        jail.check()
    except JailUnavailable as error:
        yield "MISSING", str(error)
        return
    yield "in force", f"the jail refused its own {len(ATTACKS)} attacks: {', '.join(ATTACKS)}"


def _tools(jail: Jail) -> Iterator[Finding]:
    for tool in tools.TOOLS.values():
        try:
            program = tool.find()
            result = tools.run(tool.name, tool.sample, jail=jail)
        except (JailUnavailable, NotAProgram) as error:
            yield "absent", f"{tool.name}: {error} What asks for it waits."
            continue
        where = f"{program.binary} with {len(program.libraries)} libraries" if program else "in the jail"
        if result.exit == 0:
            yield "in force", f"{tool.name}: {where}, and nothing else, to be run on {tool.what}"
        else:
            told = " ".join(result.stderr.split())[:300]
            yield "absent", f"{tool.name}: {where} ended with {result.exit} on an honest text: {told}"
