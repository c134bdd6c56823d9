"""Timing: so many grades, so many at once; and what the processes hold in memory meanwhile."""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MEGABYTE = 1 << 20


def at_once(once: Callable[[], None], *, count: int, threads: int) -> tuple[list[float], float]:
    """Runs it `count` times; gives each one's time in ms, and the seconds that all took together."""

    def timed(_: int) -> float:
        started = time.perf_counter()
        once()
        return (time.perf_counter() - started) * 1000

    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        times = list(pool.map(timed, range(count)))
        return times, time.perf_counter() - started


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The command's name may hold anything, also a bracket.
            fields = stat.read_text().rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, rest = [], [pid]
    while rest:
        current = rest.pop()
        found.append(current)
        rest += parents.get(current, [])
    return found


def processor_seconds(pid: int) -> float:
    """What a process and all that descend from it took of a processor's time, in seconds.

    Of one that has ended its parent knows, as long as that one lives and has waited for it.
    """
    ticks = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """What this machine's processors have done since it was started, for whomever, in seconds."""
    user, nice, system, _idle, _waiting, *others = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    # Of the others interrupts are work; what was stolen is not, and what guests took the user's has already.
    return sum(map(int, (user, nice, system, *others[:2]))) / os.sysconf("SC_CLK_TCK")


def shares(pids: list[int]) -> dict[int, int]:
    """Each living process's proportional set size in bytes: shared pages count in parts."""
    found = {}
    for pid in pids:
        # A child of the jail may be looked at by root alone, and may have ended.
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    found[pid] = int(line.split()[1]) * 1024
    return found


@contextlib.contextmanager
def highest(pid: int, pause: float = 0.1) -> Iterator[list[int]]:
    """Looks at the tree, again and again. The list gets what all of it held together, in bytes."""
    seen = [sum(shares(tree(pid)).values())]
    stop = threading.Event()

    def watch() -> None:
        for _ in itertools.takewhile(lambda _: not stop.wait(pause), itertools.count()):
            seen.append(sum(shares(tree(pid)).values()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()
        seen.append(sum(shares(tree(pid)).values()))
