"""What a grade will write to is copied while nobody waits for it. It saves time, and changes nothing else."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.jail import Jail, Limits, grade, start_jail
from sandbox.jail.harness import pages
from sandbox.jail.tests.conftest import PING, PONG
from sandbox.jail.tests.test_templates import ASK, FIXED, Template, project, until, warm

_PAGE = mmap.PAGESIZE
# A project and an examiner, rehearsed where Django is set up as in a zygote: (ranges, pages) of both.
_REHEARSAL = """
import json, sys
from pathlib import Path
from sandbox.jail.harness import warm
database = warm.up()
from sandbox.jail.harness import rehearsal
found = rehearsal.rehearsed(database, Path(sys.argv[1]))
print(json.dumps([sum(size for _, size in ranges) // 4096 for ranges in (found.candidate, found.examiner)]))
"""


def faults(pid: int) -> int:
    """Pages that a process has been given so far, which everybody may know, whosever it is."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[7])


def faults_of(pids: list[int]) -> list[int]:
    """Of those that are still there: who has worked may end at any moment."""
    found = []
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            found.append(faults(pid))
    return found


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def zygote(jail: Jail) -> int:
    found = jail.zygote()
    assert found
    return found


def settled(jail: Jail, enough: int) -> list[int]:
    """The faults of the children that wait, as soon as so many of them have copied."""
    deadline = time.monotonic() + 30
    while True:
        seen = sorted(faults_of(children(zygote(jail))))
        if sum(count > 1200 for count in seen) >= enough or time.monotonic() > deadline:
            return seen
        time.sleep(0.05)


@pytest.fixture(scope="module")
def own_jail() -> object:
    with start_jail(wall="none") as jail:
        yield jail


def test_a_project_and_an_examiner_are_rehearsed(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _REHEARSAL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    candidate, examiner = (int(count) for count in run.stdout.strip("[] \n").split(","))
    assert 1000 < examiner < candidate < 20_000
    assert not list(tmp_path.iterdir())


def test_two_that_wait_have_copied_and_no_more(own_jail: Jail) -> None:
    seen = settled(own_jail, 2)
    assert [count > 1200 for count in seen] == [False] * (len(seen) - 2) + [True, True], seen


def test_a_templates_child_has_copied_both_memories(own_jail: Jail) -> None:
    wanted = project()
    assert warm(own_jail, wanted) == Template.USED
    settled(own_jail, 4)  # two of the zygote's, the template itself, one of the template's
    time.sleep(0.2)
    with own_jail.pair(Limits(), None, wanted.template_key()) as (child, _):
        assert child.template == Template.USED
    assert grade(own_jail, wanted, ASK, time_limit=20).state == "passed"
    assert max(settled(own_jail, 4)) > 4000


def test_data_that_a_template_holds_is_not_copied_ahead(own_jail: Jail) -> None:
    many = "\nBIG = [bytes([n % 256]) * 4000 for n in range(14000)]\n"
    wanted = project(**{"store/seed.py": FIXED["store/seed.py"] + many})
    assert warm(own_jail, wanted) == Template.USED
    with own_jail.boot(wanted) as booted:
        template = int(booted.evaluate("__import__('os').getpgrp()")["value"])
    assert faults(template) > 12_000
    until(lambda: max(faults_below(own_jail, template), default=0) > 4000)
    time.sleep(0.3)
    assert max(faults_below(own_jail, template)) < 10_000


def faults_below(jail: Jail, template: int) -> list[int]:
    """The faults of a template's children that wait."""
    found = []
    for pid in children(zygote(jail)):
        with contextlib.suppress(ProcessLookupError):
            if os.getpgid(pid) == template and pid != template:
                found.append(pid)
    return faults_of(found)


def test_an_order_does_not_wait_for_the_copying(own_jail: Jail) -> None:
    from sandbox.jail import Project

    for _ in range(4):  # one after another, so that somebody is always copying
        assert grade(own_jail, Project(files=PONG), PING, time_limit=20).state == "passed"


def test_copying_stops_when_somebody_waits() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, mmap.mmap(-1, 8 * _PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        ours.send(b"x")
        before = faults(os.getpid())
        pages.copy(tuple((start, 8 * _PAGE) for _ in range(3)), theirs.fileno())
        assert faults(os.getpid()) - before < 8
        theirs.recv(1)
        pages.copy(((start, 8 * _PAGE),), theirs.fileno())
        assert all(entry & pages._PRESENT for entry in _entries(start, 8))


def _entries(start: int, count: int) -> list[int]:
    with open("/proc/self/pagemap", "rb") as pagemap:
        pagemap.seek(start // _PAGE * 8)
        return [int.from_bytes(pagemap.read(8), sys.byteorder) for _ in range(count)]


def test_what_is_not_mapped_any_more_is_passed_over() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, mmap.mmap(-1, _PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        pages.copy(((_PAGE, _PAGE), (start, _PAGE)), theirs.fileno())
        assert _entries(start, 1)[0] & pages._PRESENT


@pytest.mark.parametrize(("from_call", "calls"), [(0, 1), (1, 3)])
def test_an_older_kernel_is_asked_once(monkeypatch: pytest.MonkeyPatch, from_call: int, calls: int) -> None:
    """And a newer one, that won't copy a page which may not be written to, copies the others."""
    made = []

    def madvise(address: int, size: int, advice: int) -> None:
        made.append(address)
        if len(made) > from_call:
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(pages.libc, "madvise", madvise)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        pages.copy(tuple((number * _PAGE, _PAGE) for number in (1, 3, 5)), theirs.fileno())
    assert len(made) == calls


def test_a_rehearsal_sees_what_was_written_and_only_that() -> None:
    with mmap.mmap(-1, 64 * _PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        for number in range(64):
            memory[number * _PAGE] = 1

        def play(_: object) -> None:
            memory[3 * _PAGE] = memory[4 * _PAGE] = memory[40 * _PAGE] = 2

        found = [
            ((at - start) // _PAGE, size // _PAGE)
            for at, size in pages.rehearse(play)
            if start <= at < start + 64 * _PAGE
        ]
    assert found == [(3, 2), (40, 1)]


def test_a_rehearsal_that_fails_gives_nothing() -> None:
    assert pages.rehearse(lambda _: 1 // 0) == ()
    assert pages.rehearse(lambda _: None, before=lambda: 1 // 0) == ()


def test_a_rehearsal_that_does_not_end_is_ended_and_gives_nothing(tmp_path: Path) -> None:
    def hang(_: object = None) -> None:
        (tmp_path / str(os.getpid())).touch()
        time.sleep(60)

    began = time.monotonic()
    assert pages.rehearse(hang, patience=0.5) == ()
    assert pages.rehearse(lambda _: None, before=hang, patience=0.5) == ()
    assert time.monotonic() - began < 10
    played = [path.name for path in tmp_path.iterdir()]
    assert len(played) == 2
    until(lambda: all(ended(pid) for pid in played))


def ended(pid: str) -> bool:
    """Whether a process is no more, or waits only for somebody to take note of that."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_ranges_are_united() -> None:
    one, two = ((10 * _PAGE, 2 * _PAGE),), ((12 * _PAGE, _PAGE), (20 * _PAGE, _PAGE))
    assert pages.united(one, two, ()) == ((10 * _PAGE, 3 * _PAGE), (20 * _PAGE, _PAGE))
    # A page between two is taken too: one call instead of two.
    assert pages.united(((_PAGE, _PAGE), (3 * _PAGE, _PAGE))) == ((_PAGE, 3 * _PAGE),)
    assert pages.united() == ()
