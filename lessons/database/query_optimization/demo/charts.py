"""Drawings of what was measured, as numbers for an SVG."""

import math
from collections.abc import Sequence

from .forms import title
from .measure import Watch
from .models import Measurement

WIDTH = 640
LEFT = 96  # where the names end
DECADES = [0.1, 1, 10, 100, 1000, 10_000]  # ms


def logarithmic(ms: float) -> float:
    """Half a millisecond and two seconds are wanted in one picture, so every step is ten times as long."""
    share = (math.log10(max(ms, DECADES[0])) + 1) / (len(DECADES) - 1)
    return round(LEFT + min(share, 1.0) * (WIDTH - LEFT - 70), 1)


def dots(measured: Sequence[Measurement], aliases: Sequence[str]) -> dict:
    """A line for each file, a dot for each run; the fastest one is named."""
    lines = []
    for number, alias in enumerate(aliases):
        runs = [one for one in measured if one.alias == alias]
        best = min((one.ms for one in runs), default=None)
        lines.append(
            {
                "title": title(alias),
                "y": 34 + number * 30,
                "runs": [{"x": logarithmic(one.ms), "best": one.ms == best} for one in runs],
                "best": best,
                "end": None if best is None else logarithmic(max(one.ms for one in runs)),
            }
        )
    ticks = [{"x": logarithmic(ms), "label": f"{ms:g} ms"} for ms in DECADES[:-1]]
    return {"lines": lines, "ticks": ticks, "width": WIDTH, "left": LEFT, "height": 44 + len(lines) * 30}


def timeline(watch: Watch) -> dict:
    """Statements where they stood in the time of the whole, in per mille of it."""
    whole = max(watch.ms, 0.001)
    bars = [
        {
            "x": round(statement.at / whole * WIDTH, 1),
            "y": 6 + number * 9,
            "width": round(max(statement.ms / whole * WIDTH, 1.5), 1),
            "statement": statement,
        }
        for number, statement in enumerate(watch.statements)
    ]
    return {"bars": bars, "width": WIDTH, "height": 12 + 9 * len(bars), "ms": watch.ms}


def curves(found: Sequence[dict]) -> dict:
    """Time over depth, for both ways of turning pages."""
    top = max(max(one["offset"], one["key"]) for one in found) or 1
    deepest = max(one["skip"] for one in found) or 1

    def points(which: str) -> str:
        return " ".join(
            f"{60 + one['skip'] / deepest * 560:.1f},{210 - one[which] / top * 190:.1f}" for one in found
        )

    return {
        "offset": points("offset"),
        "key": points("key"),
        "top": top,
        "deepest": deepest,
        "found": found,
    }
