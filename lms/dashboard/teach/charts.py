"""Drawings as numbers: what the SVG of a template is made of. Lengths are in the drawing's own units."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.classes.figures import AllFigures
from lms.dashboard.teach.outline import Outline

COLUMN, GAP, HEIGHT = 22, 6, 120
STEP = 18


@dataclass(frozen=True)
class Bar:
    """A bar of `width` 0 to 100, for `value` of `most`."""

    label: str
    value: int
    most: int

    @property
    def width(self) -> float:
        return round(100 * self.value / self.most, 1) if self.most else 0

    @property
    def percent(self) -> int:
        return 100 * self.value // self.most if self.most else 0


@dataclass(frozen=True)
class Column:
    label: str
    slug: str
    started: int
    through: int
    x: int
    started_y: float
    started_height: float
    through_y: float
    through_height: float


@dataclass(frozen=True)
class Columns:
    columns: tuple[Column, ...]
    most: int
    width: int
    height: int = HEIGHT


def bars(rows: Iterable[tuple[str, int]], most: int | None = None) -> list[Bar]:
    """Return a bar for each (label, value); the longest is whole, unless `most` says what is."""
    rows = list(rows)
    whole = most if most is not None else max((value for _, value in rows), default=0)
    return [Bar(label, value, whole) for label, value in rows]


def course_columns(course: Outline, figures: AllFigures) -> Columns:
    """Two columns a lesson, one in the other: how many have started, and how many are through."""
    lessons = list(course.lessons.values())
    most = max((figures.lesson(lesson.slug).started for lesson in lessons), default=0)
    columns = []
    for number, lesson in enumerate(lessons):
        numbers = figures.lesson(lesson.slug)
        started, through = _tall(numbers.started, most), _tall(numbers.through, most)
        columns.append(
            Column(
                lesson.title,
                lesson.slug,
                numbers.started,
                numbers.through,
                number * (COLUMN + GAP),
                HEIGHT - started,
                started,
                HEIGHT - through,
                through,
            )
        )
    return Columns(tuple(columns), most, max(1, len(lessons) * (COLUMN + GAP) - GAP))


def _tall(value: int, most: int) -> float:
    return round(HEIGHT * value / most, 1) if most else 0


@dataclass(frozen=True)
class Box:
    """A box of quartiles on a scale of powers: `left`, `middle` and `right` are 0 to 100."""

    left: float
    middle: float
    right: float
    marks: tuple[tuple[float, str], ...]

    @property
    def width(self) -> float:
        return max(0.5, round(self.right - self.left, 1))


# Seconds, and how they are called on the scale.
_MARKS = ((1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3600, "1 h"), (86_400, "1 day"))


def time_box(seconds: tuple[int, int, int]) -> Box:
    """Return the box on a scale from a second to a week."""
    left, middle, right = (_place(value) for value in seconds)
    return Box(left, middle, right, tuple((_place(at), name) for at, name in _MARKS))


def _place(seconds: int) -> float:
    return round(min(100.0, 100 * math.log(max(1, seconds)) / math.log(7 * 86_400)), 1)


@dataclass(frozen=True)
class Dot:
    x: int
    y: float
    state: str
    title: str


@dataclass(frozen=True)
class Dots:
    dots: tuple[Dot, ...]
    width: int
    height: int = 60

    @property
    def line(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def attempt_dots(attempts: Sequence[tuple[str, int, int, str]]) -> Dots:
    """Return a dot for each (state, checks that passed, checks, title), the first attempt on the left."""
    dots = [
        Dot(8 + STEP * number, round(52 - 44 * (passed / total if total else 0), 1), state, title)
        for number, (state, passed, total, title) in enumerate(attempts)
    ]
    return Dots(tuple(dots), max(2 * STEP, 16 + STEP * (len(dots) - 1)))


def spoken_time(seconds: int | None) -> str:
    """Return a time as people say it: "42 seconds", "7 minutes", "3 hours", "2 days"."""
    if seconds is None:
        return "–"
    for size, one in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds // size} {one}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
