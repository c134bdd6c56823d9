"""The arithmetic of a benchmark: percentiles, rates, ratios."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0 to 1) of them does not exceed. Raises ValueError."""
    if not values or not 0 < share <= 1:
        raise ValueError("a percentile needs values, and a share above 0 and up to 1")
    return sorted(values)[math.ceil(share * len(values)) - 1]


def summary(times: Sequence[float], elapsed: float) -> dict[str, float]:
    """Of times in ms, taken within `elapsed` seconds."""
    return {
        "count": len(times),
        "p50_ms": round(percentile(times, 0.5), 1),
        "p95_ms": round(percentile(times, 0.95), 1),
        "min_ms": round(min(times), 1),
        "per_second": round(len(times) / elapsed, 2),
    }


def ratios(p50: Mapping[str, float | None]) -> dict[str, float | None]:
    """How many times as long as here the others take; for the floor, how many times the floor we take.

    None where something was not measured. `p50` is by way of grading, in ms.
    """
    jail = p50.get("jail")
    found: dict[str, float | None] = {}
    for name in ("cold_python", "cold_bubblewrap", "cold_container"):
        found[name] = _quotient(p50.get(name), jail)
    found["unisolated_floor"] = _quotient(jail, p50.get("floor"))
    return found


def _quotient(above: float | None, below: float | None) -> float | None:
    return round(above / below, 2) if above is not None and below else None


def verdicts(report: Mapping[str, Any]) -> list[tuple[str, bool | None]]:
    """What was to be reached, and whether it was; None where this machine can't tell."""
    found, rates = report["ratios"], report["per_second_at_8"]
    jail, cold = rates.get("jail"), rates.get("cold_bubblewrap") or rates.get("cold_python")
    enough = None if jail is None else jail >= 60 or (cold is not None and jail >= 20 * cold)
    return [
        ("p50 at least 20 times better than cold bubblewrap", _holds(found["cold_bubblewrap"], least=20)),
        ("p50 at most 2 times the unisolated floor", _holds(found["unisolated_floor"], most=2)),
        ("at 8 at once at least 60 a second, or 20 times cold", enough),
    ]


def exit_code(reached: Iterable[bool | None]) -> int:
    """1 where something that was to be reached was missed; what was not measured is neither."""
    return 1 if any(one is False for one in reached) else 0


def flatness(values: Sequence[float]) -> float | None:
    """How many times the first quarter's median the last one's is; None of fewer than eight values."""
    quarter = len(values) // 4
    if quarter < 2:
        return None
    return round(percentile(values[-quarter:], 0.5) / percentile(values[:quarter], 0.5), 2)


def saturation(steps: Sequence[Mapping[str, Any]], processors: int) -> str:
    """Say at how many people the site gave hardly more answers a second, and what had no time left then.

    A step has `users`, `per_second`, `p95_ms` and `processors`: the share of one processor, by process; and
    `machine`, what all processors did together, of the `processors` that there are.
    """
    for before, after in itertools.pairwise(steps):
        more_people = after["users"] / before["users"]
        if after["per_second"] < before["per_second"] * (1 + 0.5 * (more_people - 1)):
            name, share = max(after["processors"].items(), key=lambda item: item[1])
            rate, together = max(before["per_second"], after["per_second"]), after["machine"] / processors
            return (
                f"between {before['users']} and {after['users']} people, at {rate:g} answers a second: "
                f"{name} takes {share:.0%} of a processor, all together {together:.0%} of {processors}"
            )
    last = steps[-1]
    return f"not yet with {last['users']} people, at {last['per_second']:g} answers a second"


def _holds(value: float | None, *, least: float = 0.0, most: float = math.inf) -> bool | None:
    return None if value is None else least <= value <= most
