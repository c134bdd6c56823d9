"""Pages of the zygote's memory that a child is going to write to, found by rehearsals.

After a fork a page is copied when it is first written to: some thousands of faults in a grade, a third of its
time. A child that waits has nothing better to do than to copy them, many with one call.
"""

import ctypes
import itertools
import os
import select
import traceback
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Range = tuple[int, int]  # address and size in bytes

_POPULATE_WRITE = 23  # MADV_POPULATE_WRITE, since Linux 5.14
_PAGE = os.sysconf("SC_PAGE_SIZE")
_EXCLUSIVE = 1 << 56  # of an entry of /proc/self/pagemap: no other process has the page
_ENTRY = 8
_LOOK = 64  # ranges between two looks at whether there is work

_libc = ctypes.CDLL(None)


def rehearse(prepare: Callable[[], None], act: Callable[[], None]) -> list[Range]:
    """What `act`, after `prepare`, writes to of this process's memory. Neither happens in this process."""

    def trial() -> Iterator[Range]:
        prepare()

        def scout() -> Iterator[Range]:
            act()
            return _own_pages()

        return _in_a_fork(scout)

    mine = list(_writable())
    return [
        (address, size)
        for address, size in _in_a_fork(trial)
        if any(start <= address and address + size <= end for start, end in mine)
    ]


def _in_a_fork(work: Callable[[], Iterator[Range]]) -> Iterator[Range]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        # Whatever happens, it must not come back.
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as told:
                told.write(array("Q", itertools.chain.from_iterable(work())).tobytes())
            os._exit(0)
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as hearing:
        numbers = array("Q", hearing.read())
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise RuntimeError("the rehearsal of a grade failed")
    return zip(numbers[::2], numbers[1::2], strict=True)


def populate(ranges: Sequence[Range], until: int) -> None:
    """Copies those pages now, until there is something to read from the descriptor.

    Where that fails they are copied later, as ever.
    """
    work = select.poll()
    work.register(until, select.POLLIN)
    for number, (address, size) in enumerate(ranges):
        if number % _LOOK == 0 and work.poll(0):
            return
        _libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(size), ctypes.c_int(_POPULATE_WRITE))


def _writable() -> Iterator[Range]:
    """First and last address of what this process may write to, and has for itself."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        place, rights, *_ = line.split()
        if rights == "rw-p":
            start, end = (int(number, 16) for number in place.split("-"))
            yield start, end


def _own_pages() -> Iterator[Range]:
    pagemap = os.open("/proc/self/pagemap", os.O_RDONLY)
    for start, end in list(_writable()):
        entries = array("Q", os.pread(pagemap, (end - start) // _PAGE * _ENTRY, start // _PAGE * _ENTRY))
        pages = enumerate(entries)
        for own, group in itertools.groupby(pages, key=lambda page: bool(page[1] & _EXCLUSIVE)):
            numbers = [number for number, _ in group]
            if own:
                yield start + numbers[0] * _PAGE, len(numbers) * _PAGE
