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
from pathlib import Path

from sandbox.jail.limits import MAXIMUM, MEGABYTE, Limits

_ORDER = struct.Struct("!4sIII")
_ENDED = struct.Struct("!4siqqq")
ORDER_BYTES, ENDED_BYTES = _ORDER.size, _ENDED.size

_UNIX_PATH_BYTES = 107
_MAGIC = b"DMJ1"
_GONE, _BUSY = b"GONE", b"BUSY"


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


def pack_order(limits: Limits) -> bytes:
    return _ORDER.pack(_MAGIC, int(limits.wall * 1000), limits.cpu, limits.memory)


def unpack_order(data: bytes) -> Limits:
    """Clamped to what any child may have. Raises BadOrder."""
    if len(data) != ORDER_BYTES or data[:4] != _MAGIC:
        raise BadOrder
    _, wall, cpu, memory = _ORDER.unpack(data)
    return Limits(
        wall=min(max(wall / 1000, 0.1), MAXIMUM.wall),
        cpu=min(max(cpu, 1), MAXIMUM.cpu),
        memory=min(max(memory, 64), MAXIMUM.memory),
    )


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


def memory_bytes(limits: Limits) -> int:
    return limits.memory * MEGABYTE
