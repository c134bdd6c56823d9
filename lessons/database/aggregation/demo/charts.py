"""Numbers into coordinates. Templates only write them out, as strings that no locale changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDE, HALF, HEIGHT = 1120, 560, 280
LEFT, RIGHT, TOP, BOTTOM = 52, 8, 12, 28


@dataclass(frozen=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    series: int
    label: str


@dataclass(frozen=True)
class Tick:
    at: str
    label: str


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    points: str  # of a polyline
    across: list[Tick]
    up: list[Tick]
    width: int
    height: int = HEIGHT


def stacked_months(rows: Sequence[dict], series: Sequence[str]) -> Chart:
    """`rows` have month, category, revenue; each month is a stack in the order of `series`."""
    months = sorted({row["month"] for row in rows})
    totals = {month: Decimal(0) for month in months}
    for row in rows:
        totals[row["month"]] += row["revenue"]
    top = _ceiling(max(totals.values(), default=Decimal(0)))
    slot = _slot(len(months), WIDE)
    filled = {month: Decimal(0) for month in months}
    bars = []
    for row in sorted(rows, key=lambda row: (row["month"], series.index(row["category"]))):
        month, revenue = row["month"], row["revenue"]
        filled[month] += revenue
        bars.append(
            Bar(
                x=_text(LEFT + slot * months.index(month) + slot * 0.14),
                y=_text(_up(filled[month], top)),
                width=_text(slot * 0.72),
                height=_text(_up(Decimal(0), top) - _up(revenue, top)),
                series=series.index(row["category"]),
                label=f"{row['category']}, {month:%B %Y}: €{revenue:,.2f}",
            )
        )
    return Chart(bars, "", _months(months, WIDE), _scale(top), WIDE)


def running_line(rows: Sequence[dict]) -> Chart:
    """`rows` have month and running, in order."""
    top = _ceiling(max((row["running"] for row in rows), default=Decimal(0)))
    slot = _slot(len(rows), HALF)
    points = [
        f"{_text(LEFT + slot * (index + 0.5))},{_text(_up(row['running'], top))}"
        for index, row in enumerate(rows)
    ]
    return Chart([], " ".join(points), _months([row["month"] for row in rows], HALF), _scale(top), HALF)


def _slot(count: int, width: int) -> float:
    return (width - LEFT - RIGHT) / max(count, 1)


def _up(value: Decimal, top: Decimal) -> float:
    return HEIGHT - BOTTOM - float(value / top) * (HEIGHT - TOP - BOTTOM)


def _ceiling(value: Decimal) -> Decimal:
    """The next of 1, 2, 4, 5, 8, 10 times a power of ten, so that quarters of it read well."""
    if value <= 0:
        return Decimal(4)
    power = Decimal(10) ** (value.adjusted())
    return next(power * step for step in (1, 2, 4, 5, 8, 10) if power * step >= value)


def _scale(top: Decimal) -> list[Tick]:
    return [Tick(_text(_up(top * part / 4, top)), f"{top * part / 4:,.0f}") for part in range(5)]


def _months(months: Sequence[date], width: int) -> list[Tick]:
    every = max(1, -(-len(months) * 70 // width))  # a label needs about 70 units
    slot = _slot(len(months), width)
    return [
        Tick(_text(LEFT + slot * (index + 0.5)), f"{month:%b %y}")
        for index, month in enumerate(months)
        if index % every == 0
    ]


def _text(number: float) -> str:
    return f"{number:.2f}"
