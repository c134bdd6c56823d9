"""Copying ahead of time what a grade is going to write to.

A forked child shares its memory with who forked it. The first write to each page, and in Python reading is
writing, is a fault and a copy: five thousand of them took a third of a grade. Which pages these will be is
known: children of one process all have the same things in the same places. So one child rehearses, once, and
those that wait for work copy the same pages while they wait.

All of this is about time alone. Where the kernel doesn't tell or doesn't copy, a grade takes longer.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import select
import signal
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.jail.lockdown import libc

_POPULATE_WRITE = 23  # Linux 5.14
_PRESENT, _MAPPED_ONCE = 1 << 63, 1 << 56
_BETWEEN = 1  # pages that are copied although nobody writes to them, where that saves a system call
_PORTION = 32  # ranges between two looks at whether somebody waits
_RANGE = struct.Struct("=QQ")
_PATIENCE = 30.0  # seconds for a rehearsal, which takes one: a zygote that has none is slower, and works

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """Where each role writes, as (address, bytes) in the memory of who forks. Empty: nobody could tell."""

    candidate: Ranges = ()
    examiner: Ranges = ()


class Map:
    """What the kernel tells of this process's memory. A child that is locked in can't open it any more."""

    def __init__(self) -> None:
        """Raises OSError where there is no /proc."""
        self._areas = os.open("/proc/self/maps", os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._pages = os.open("/proc/self/pagemap", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            os.close(self._areas)
            raise

    def close(self) -> None:
        os.close(self._areas)
        os.close(self._pages)

    def own(self) -> Ranges:
        """The pages that no other process has: those which were written to since the fork."""
        return tuple(_joined(self._mapped_once()))

    def _mapped_once(self) -> Iterator[int]:
        for start, end in self._writable():
            first, count = start // mmap.PAGESIZE, (end - start) // mmap.PAGESIZE
            entries = os.pread(self._pages, count * 8, first * 8)
            for number, entry in enumerate(memoryview(entries).cast("Q")):
                if entry & _PRESENT and entry & _MAPPED_ONCE:
                    yield start + number * mmap.PAGESIZE

    def _writable(self) -> list[tuple[int, int]]:
        os.lseek(self._areas, 0, os.SEEK_SET)
        with open(self._areas, encoding="utf-8", errors="replace", closefd=False) as lines:
            areas = [line.split(maxsplit=5) for line in lines]
        found = []
        for area in areas:
            name = area[5].strip() if len(area) > 5 else ""
            # The stack grows by itself, and what the kernel has put there is not memory.
            if area[1] == "rw-p" and (not name.startswith("[") or name == "[heap]"):
                start, end = (int(address, 16) for address in area[0].split("-"))
                found.append((start, end))
        return found


def look() -> Map | None:
    """None where there is nothing to look at."""
    try:
        return Map()
    except OSError:
        return None


def _joined(pages: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ranges over the pages, which come in order."""
    start = end = 0
    for page in pages:
        if end and page - end > _BETWEEN * mmap.PAGESIZE:
            yield start, end - start
            start = page
        elif not end:
            start = page
        end = page + mmap.PAGESIZE
    if end:
        yield start, end - start


def united(*several: Ranges) -> Ranges:
    """One list over all the pages of several."""
    pages = {
        page
        for ranges in several
        for start, size in ranges
        for page in range(start, start + size, mmap.PAGESIZE)
    }
    return tuple(_joined(sorted(pages)))


def copy(ranges: Ranges, line: int) -> None:
    """Make the pages this process's own, until something can be read on `line`: whoever waits comes first."""
    waits = select.poll()
    waits.register(line, select.POLLIN)
    for number, (start, size) in enumerate(ranges):
        if number % _PORTION == 0 and waits.poll(0):
            return
        try:
            libc.madvise(start, size, _POPULATE_WRITE)
        except OSError as error:
            if error.errno == errno.EINVAL and number == 0:  # an older kernel
                return
            # What was mapped at the rehearsal, and could be written to, need not be so for ever.


def rehearse(
    play: Callable[[Any], object],
    before: Callable[[], Any] = lambda: None,
    *,
    patience: float = _PATIENCE,
) -> Ranges:
    """Where `play` writes, seen in a child that has done it. Nothing where it could not, or not in time.

    It is given what `before` gives, which happens in the child's own parent: a template, so to speak.
    `patience` is in seconds.
    """
    with contextlib.suppress(OSError):
        read, write = os.pipe()
        with os.fdopen(read, "rb", buffering=0) as told:
            try:
                pid = os.fork()
                if pid == 0:
                    _play(play, before, write)
            finally:
                os.close(write)
            # Here as well as in the child, whoever comes first: by it the child's own child is ended, too.
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            try:
                words = _read(told.fileno(), time.monotonic() + patience)
            finally:
                # Both have ended where all was read.
                with contextlib.suppress(OSError):
                    os.killpg(pid, signal.SIGKILL)
                _, status = os.waitpid(pid, 0)
        if status == 0:
            return tuple((start, size) for start, size in _RANGE.iter_unpack(words))
    return ()


def _read(descriptor: int, until: float) -> bytes:
    """What is written to a pipe before its last writer ends; the beginning of it where none ends in time."""
    words, told = b"", select.poll()
    told.register(descriptor, select.POLLIN)
    while (left := until - time.monotonic()) > 0 and told.poll(left * 1000):
        part = os.read(descriptor, 1 << 16)
        if not part:
            break
        words += part
    return words


def _play(play: Callable[[Any], object], before: Callable[[], Any], write: int) -> None:
    # Whatever happens, these children must never return into their parent's work.
    try:
        os.setpgid(0, 0)
        given = before()
        if pid := os.fork():
            _, status = os.waitpid(pid, 0)
            os._exit(0 if status == 0 else 70)
        memory = Map()
        play(given)
        with os.fdopen(write, "wb") as tell:
            for start, size in memory.own():
                tell.write(_RANGE.pack(start, size))
    except BaseException:  # noqa: BLE001
        os._exit(70)
    os._exit(0)
