"""The same file, by nginx and by Django."""

import statistics
import time
from typing import Any

from .client import ask
from .houses import House

TIMES = 60
WAYS = {"nginx": "/static/cup.svg", "Django": "/by-django/cup.svg"}


def run(house: House) -> dict[str, Any]:
    ways = []
    for name, target in WAYS.items():
        since = _size(house)
        answers = [ask(house.nginx, target) for _ in range(TIMES)]
        last = answers[-1]
        ways.append(
            {
                "name": name,
                "target": target,
                "median_ms": round(statistics.median(answer.ms for answer in answers), 2),
                "all_ms": round(sum(answer.ms for answer in answers)),
                "ok": sum(answer.status == 200 for answer in answers),
                "by_workers": _lines(
                    house, target, since, sum(bool(one.header("X-Worker")) for one in answers)
                ),
                "headers": [list(pair) for pair in last.headers],
            }
        )
    return {"times": TIMES, "ways": ways}


def _lines(house: House, target: str, since: int, expected: int) -> int:
    """Lines about it in Gunicorn's access log. The last is written after its answer was sent."""
    until = time.monotonic() + 2.0
    while True:
        lines = sum(target in line for line in house.tail("access.log", 1_000, since))
        if lines >= expected or time.monotonic() > until:
            return lines
        time.sleep(0.02)


def _size(house: House) -> int:
    file = house.folder / "access.log"
    return file.stat().st_size if file.exists() else 0
