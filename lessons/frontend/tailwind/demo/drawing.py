"""Lines of a chart, from bytes to points."""

from dataclasses import dataclass

from .weight import Step

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 260, 56, 32


@dataclass(frozen=True)
class Line:
    name: str
    points: str
    end: tuple[float, float]
    bytes: int


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    lines: list[Line]
    ticks: list[tuple[float, int]]
    columns: list[tuple[float, int]]
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def growth(steps: list[Step]) -> Chart:
    """CSS by the number of pieces, for both ways of writing them."""
    most = max(max(step.utilities, step.applied) for step in steps)
    unit = 1000 if most < 6000 else 2000

    def across(step: Step) -> float:
        return round(LEFT + (step.pieces - 0.5) * (WIDTH - LEFT - 110) / len(steps), 1)

    def up(value: int) -> float:
        return round(HEIGHT - BOTTOM - value * (HEIGHT - BOTTOM - 16) / most, 1)

    lines = []
    for name in ("utilities", "applied"):
        values = [(across(step), up(getattr(step, name)), getattr(step, name)) for step in steps]
        points = " ".join(f"{x},{y}" for x, y, _ in values)
        lines.append(Line(name, points, values[-1][:2], values[-1][2]))
    ticks = [(up(value), value) for value in range(0, most + 1, unit)]
    return Chart(WIDTH, HEIGHT, lines, ticks, [(across(step), step.pieces) for step in steps])
