"""What a child does while it waits: it copies the memory that a grade writes to."""

import ctypes
import os
import resource

import pytest

from sandbox.jail.harness import hot

PAGE = os.sysconf("SC_PAGE_SIZE")
MEMORY = bytearray(64 * PAGE)


def write(pages: range) -> None:
    for page in pages:
        MEMORY[page * PAGE + PAGE // 2] ^= 1


def test_a_rehearsal_finds_what_is_written_and_not_what_was_before() -> None:
    found = hot.rehearse(lambda: write(range(10)), lambda: write(range(20, 50)))
    start = find_memory()
    inside = {page for page in range(64) for low, size in found if low <= start + page * PAGE < low + size}
    assert set(range(21, 49)) <= inside
    assert not inside & set(range(1, 9))
    assert not inside & set(range(52, 63))


def find_memory() -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(MEMORY)) // PAGE * PAGE


def faults_of(populate: bool, until: int) -> int:
    """In a child, which writes to the memory after having copied it, or not."""
    ranges = [(find_memory() + page * PAGE, PAGE) for page in range(1, 63)]
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if populate:
                hot.populate(ranges, until=until)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
            write(range(1, 63))
            os.write(writing, str(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        faults = int(told.read())
    os.waitpid(pid, 0)
    return faults


def test_what_was_copied_is_not_copied_again() -> None:
    idle, other = os.pipe()
    assert faults_of(populate=False, until=idle) >= 50
    assert faults_of(populate=True, until=idle) < 30
    os.write(other, b"work")
    assert faults_of(populate=True, until=idle) >= 50, "work goes first"
    os.close(idle)
    os.close(other)


def test_a_rehearsal_that_fails_is_noticed() -> None:
    def fail() -> None:
        raise OSError("on purpose")

    with pytest.raises(RuntimeError, match="rehearsal"):
        hot.rehearse(fail, lambda: None)
