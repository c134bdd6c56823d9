"""`strategy.matrix`, expanded as GitHub expands it: products, minus `exclude`, then `include` one by one."""

from itertools import product
from typing import Any

MOST = 256

Combination = dict[str, Any]


class BadMatrix(ValueError):
    """It has no combination, or more than GitHub takes."""


def expand(matrix: dict[str, Any]) -> list[Combination]:
    axes = {key: matrix[key] for key in matrix if key not in ("include", "exclude")}
    for key, values in axes.items():
        if not isinstance(values, list):
            raise BadMatrix(f"'{key}' has to be a list, and is {values!r}")
    products = product(*axes.values()) if axes else []
    originals = [dict(zip(axes, values, strict=True)) for values in products]
    for rule in matrix.get("exclude", []):
        originals = [one for one in originals if not _covers(rule, one)]
    found = [dict(one) for one in originals]
    for extra in matrix.get("include", []):
        # It may add to a combination and change what another include added, never the axes.
        fits = [
            n
            for n, one in enumerate(originals)
            if all(one.get(key, value) == value for key, value in extra.items())
        ]
        for n in fits:
            found[n] |= extra
        if not fits:
            found.append(dict(extra))
    if not found:
        raise BadMatrix("nothing is left of it")
    if len(found) > MOST:
        raise BadMatrix(f"{len(found)} jobs; GitHub takes {MOST} at most")
    return found


def _covers(rule: Combination, one: Combination) -> bool:
    return all(key in one and one[key] == value for key, value in rule.items())
