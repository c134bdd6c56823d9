"""The two fixed-size messages of the control connection, by which a child is asked for and its end is told.

A client connects, sends one ORDER with exactly one descriptor (the child's end of a stream socketpair), and
keeps the connection open: hanging up kills the child. When the child has ended, the zygote sends one ENDED
and hangs up.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from sandbox.jail.limits import MAXIMUM, MEGABYTE, Limits

_ORDER = struct.Struct("!4sIIIB32s16s")
_START = struct.Struct("!cIIIB")
_SIBLING = struct.Struct("!I")
_ENDED = struct.Struct("!4siqqq")
ORDER_BYTES, ENDED_BYTES, START_BYTES, SIBLING_BYTES = _ORDER.size, _ENDED.size, _START.size, _SIBLING.size

_UNIX_PATH_BYTES = 107
_CHILD, _TEMPLATE = b"DMJ3", b"DMT3"
KEY_BYTES, REQUEST_BYTES = 32, 16
_NO_KEY = bytes(KEY_BYTES)
GUEST = 3
_GONE, _BUSY = b"GONE", b"BUSY"
_GO = b"G"
# To a child that waits: there is time to copy the pages that it will write to. No START begins so.
COPY = b"C"


class BadOrder(Exception):
    """The message is not an order."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a child ended. `status` is as from os.waitpid; times are seconds, `peak` is bytes.

    `busy`: none was started.
    """

    status: int = 0
    user: float = 0.0
    system: float = 0.0
    peak: int = 0
    busy: bool = False


@contextmanager
def unix_address(path: Path) -> Iterator[str]:
    """An address for bind and connect that fits into a unix socket's 107 bytes, however deep the path is."""
    if len(os.fsencode(path)) <= _UNIX_PATH_BYTES:
        yield str(path)
        return
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)


class Template(IntEnum):
    """What a child has of a template: the words of `Start.template`."""

    NONE = 0  # nobody asked for one
    UNKNOWN = 1  # there is none; whoever wants may order one
    COMING = 2
    REFUSED = 3  # the fixed part can't be warmed up apart from the rest
    USED = 4


@dataclass(frozen=True, kw_only=True)
class Order:
    """A child, which may come from the template of that key; or, with `template`, the template itself.

    `part` is 1 for the first of a pair, which is had where there are places for both, 2 for the second, and
    GUEST for one of those who stay for minutes, or whom anybody may order: some places are never theirs.
    `request` is of 16 bytes, which mean nothing to the zygote: it repeats them in its log, and that is all.
    """

    limits: Limits
    key: bytes = b""
    template: bool = False
    part: int = 0
    request: bytes = b""


def pack_order(
    limits: Limits, key: bytes = b"", *, template: bool = False, part: int = 0, request: bytes = b""
) -> bytes:
    kind = _TEMPLATE if template else _CHILD
    numbers = (int(limits.wall * 1000), limits.cpu, limits.memory, part)
    return _ORDER.pack(kind, *numbers, key or _NO_KEY, request)


def unpack_order(data: bytes) -> Order:
    """Clamped to what any child may have. Raises BadOrder."""
    if len(data) != ORDER_BYTES or data[:4] not in (_CHILD, _TEMPLATE):
        raise BadOrder
    kind, wall, cpu, memory, part, key, request = _ORDER.unpack(data)
    limits = Limits(
        wall=min(max(wall / 1000, 0.1), MAXIMUM.wall),
        cpu=min(max(cpu, 1), MAXIMUM.cpu),
        memory=min(max(memory, 64), MAXIMUM.memory),
    )
    if part > GUEST or (kind == _TEMPLATE and key == _NO_KEY):
        raise BadOrder
    key = b"" if key == _NO_KEY else key
    return Order(limits=limits, key=key, template=kind == _TEMPLATE, part=part, request=request)


def pack_sibling(number: int) -> bytes:
    """Between zygote and template: the slot of a wanted child, the process that it became, or 0: ready."""
    return _SIBLING.pack(number)


def unpack_sibling(data: bytes) -> int:
    """Raises struct.error."""
    (number,) = _SIBLING.unpack(data)
    return int(number)


def pack_ended(ended: Ended) -> bytes:
    magic = _BUSY if ended.busy else _GONE
    times = (int(ended.user * 1e6), int(ended.system * 1e6))
    return _ENDED.pack(magic, ended.status, *times, ended.peak)


def unpack_ended(data: bytes) -> Ended | None:
    """None where the zygote went away without a word."""
    if len(data) != ENDED_BYTES or data[:4] not in (_GONE, _BUSY):
        return None
    magic, status, user, system, peak = _ENDED.unpack(data)
    return Ended(status=status, user=user / 1e6, system=system / 1e6, peak=peak, busy=magic == _BUSY)


@dataclass(frozen=True, kw_only=True)
class Start:
    """What a waiting child is told: `cpu` in seconds, `memory` in bytes, `tasks` as RLIMIT_NPROC counts."""

    cpu: int
    memory: int
    tasks: int
    template: Template


def pack_start(limits: Limits, tasks: int, template: Template) -> bytes:
    return _START.pack(_GO, limits.cpu, limits.memory, tasks, template)


def unpack_start(data: bytes) -> Start:
    """Raises struct.error, and ValueError where it names a template state that there is not."""
    go, cpu, memory, tasks, template = _START.unpack(data)
    if go != _GO:
        raise struct.error("not a START")
    return Start(cpu=cpu, memory=memory * MEGABYTE, tasks=tasks, template=Template(template))
