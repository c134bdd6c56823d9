"""Measuring what one guess costs, within bounds: one hash at a time in this process, and a budget."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .hashers import METHODS, Method
from .models import Measurement

BUDGET = 0.7  # seconds; nothing new is begun after that
FAST_GUESSES = 2_000
LIST_SIZE = 10_000_000
_FLOOR, _CEILING = -7.0, 0.0  # the bars' scale: 0.1 microseconds to a second, as powers of ten

# Two at once would fall over each other: the times would lie, and each Argon2 takes 100 MiB.
_one_at_a_time = threading.BoundedSemaphore(1)


@contextmanager
def bench() -> Iterator[None]:
    """The machine to yourself. Raises BusyError after three seconds of waiting."""
    if not _one_at_a_time.acquire(timeout=3):
        raise BusyError("Somebody else is hashing. Try again in a moment.")
    try:
        yield
    finally:
        _one_at_a_time.release()


def time_a_guess(method: Method) -> tuple[int, float]:
    """Guesses made, and seconds for each."""
    salt = method.hasher.salt()
    guesses = FAST_GUESSES if method.fast else 1
    started = time.perf_counter()
    for number in range(guesses):
        method.hasher.encode(f"guess-{number}", salt)
    return guesses, (time.perf_counter() - started) / guesses


def measure_all() -> int:
    """Measure as many as the budget allows, those that were not measured yet first; how many it were."""
    known = set(Measurement.objects.values_list("method", flat=True))
    order = sorted(METHODS.values(), key=lambda method: method.slug in known)
    count, started = 0, time.perf_counter()
    with bench():
        for method in order:
            if time.perf_counter() - started > BUDGET:
                break
            guesses, seconds = time_a_guess(method)
            Measurement.objects.update_or_create(
                method=method.slug, defaults={"guesses": guesses, "seconds_a_guess": seconds}
            )
            count += 1
    return count


def in_words(seconds: float) -> str:
    """A duration for reading, as "4.2 days"."""
    for size, unit in ((31_557_600, "years"), (86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= size * 1.5:
            return f"{seconds / size:.1f} {unit}"
    if seconds >= 1:
        return f"{seconds:.1f} seconds"
    if seconds >= 0.001:
        return f"{seconds * 1_000:.0f} ms"
    return f"{seconds * 1_000_000:.2g} µs"


def bars() -> "list[Bar]":
    """One for each method, in the registry's order; a method that was not measured has no bar yet."""
    measured = {row.method: row for row in Measurement.objects.all()}
    return [Bar(method, measured.get(method.slug)) for method in METHODS.values()]


class BusyError(RuntimeError):
    """Another request holds the bench."""


@dataclass(frozen=True)
class Bar:
    method: Method
    measured: Measurement | None

    @property
    def width(self) -> str:
        """Percent of a logarithmic scale."""
        if self.measured is None:
            return "0"
        power = math.log10(max(self.measured.seconds_a_guess, 1e-9))
        share = (power - _FLOOR) / (_CEILING - _FLOOR)
        return f"{max(0.5, min(100.0, share * 100)):.1f}"

    @property
    def guess(self) -> str:
        return in_words(self.measured.seconds_a_guess) if self.measured else ""

    @property
    def rate(self) -> int:
        return round(1 / self.measured.seconds_a_guess) if self.measured else 0

    @property
    def whole_list(self) -> str:
        return in_words(self.measured.seconds_a_guess * LIST_SIZE) if self.measured else ""
