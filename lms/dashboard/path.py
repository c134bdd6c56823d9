"""A learner's path so far, and its drawing: a column a day, from real rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 84  # twelve weeks
CELL = 12  # user units of the drawing, gap included


@dataclass(frozen=True)
class Day:
    """A square of the drawing. `level` is 0 (nothing) to 4."""

    day: date
    count: int
    level: int
    x: int
    y: int


@dataclass(frozen=True)
class Path:
    days: tuple[Day, ...]
    width: int
    height: int
    worked: int

    @property
    def first(self) -> date:
        return self.days[0].day


def path_of(counts: Counter[date], today: date) -> Path:
    """Return the last twelve weeks, week by week from the left, Monday on top."""
    monday = today - timedelta(days=today.weekday())
    start = monday - timedelta(days=DAYS - 7)
    days = []
    for number in range((today - start).days + 1):
        day = start + timedelta(days=number)
        count = counts.get(day, 0)
        days.append(Day(day, count, level_of(count), CELL * (number // 7), CELL * (number % 7)))
    return Path(tuple(days), CELL * (DAYS // 7), CELL * 7, sum(day.count > 0 for day in days))


def level_of(count: int) -> int:
    """0 for nothing, then 1 to 4 by 1, 3, 8 and 15 things on a day."""
    return sum(count >= least for least in (1, 3, 8, 15))
