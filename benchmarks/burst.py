"""Hundreds of people who hand in at the same moment: each is graded once, and memory stays what it was."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from benchmarks.browser import Browser, Failed
from benchmarks.figures import flatness, percentile, summary
from benchmarks.measure import MEGABYTE, at_once, highest
from tests.journeys.people import EXERCISE
from tests.stack import Stack
from tests.visitor import solution

MOST_GROWTH = 1.1  # of what is held at the end of a burst, to what was held at its beginning
SAMPLE_EVERY = 1.0  # seconds
_ASKED_AT_ONCE, _HANDED_IN_AT_ONCE = 16, 32

# What the database has of them; `attempts` is what was counted for the teachers.
_COUNTED = """
import json
from django.db.models import Sum
from lms.classes.models import Tally
from lms.grading.models import Submission
mine = Submission.objects.filter(pk__in={ids})
tallies = Tally.objects.filter(learner__in=mine.values("learner"))
print(json.dumps({{
    "unfinished": mine.filter(state__in=Submission.UNFINISHED).count(),
    "passed": mine.filter(state="passed").count(),
    "tries": mine.aggregate(total=Sum("tries"))["total"] or 0,
    "attempts": tallies.aggregate(total=Sum("attempts"))["total"] or 0,
}}))
"""


def burst(site: Stack, count: int, ends: float) -> dict[str, Any]:
    """So many visitors hand in the right answer at the same time; how long each waits says its own row.

    What is not graded when the time `ends` (of time.monotonic()) is reported as unfinished.
    """
    visitors = [Browser(site.origin) for _ in range(count)]
    with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
        tokens = list(pool.map(lambda one: one.token(EXERCISE), visitors))
    files, ready = solution(), iter(zip(visitors, tokens, strict=True))
    made: dict[str, Browser] = {}
    errors: list[str] = []

    def hand_in() -> None:
        visitor, token = next(ready)
        try:
            made[visitor.hand_in(EXERCISE, files, token)] = visitor
        except (Failed, OSError) as error:
            errors.append(str(error))

    assert site.process is not None
    with highest(site.process.pid, SAMPLE_EVERY) as held:
        posted, took = at_once(hand_in, count=count, threads=_HANDED_IN_AT_ONCE)
        rows = results(made, ends)
    return {
        "handed_in": summary(posted, took),
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
        **_grades(rows),
        **_once(site, list(made), count),
        **_held(held),
    }


def _grades(rows: list[dict[str, Any]]) -> dict[str, float]:
    finished = [row for row in rows if row["finished_at"]]
    if not finished:
        return {}
    waits = [_seconds(row["created_at"], row["finished_at"]) for row in finished]
    whole = _seconds(min(row["created_at"] for row in rows), max(row["finished_at"] for row in finished))
    return {
        "result_p50_s": round(percentile(waits, 0.5), 1),
        "result_p95_s": round(percentile(waits, 0.95), 1),
        "graded_per_second": round(len(finished) / whole, 2),
    }


def _once(site: Stack, ids: list[str], count: int) -> dict[str, Any]:
    """What was lost, and what was counted more than once, as the database has it."""
    said = site.manage("shell", "--no-imports", "-c", _COUNTED.format(ids=ids)).stdout
    found: dict[str, int] = json.loads(said.strip().splitlines()[-1])
    return {
        "passed": found["passed"],
        "unfinished": found["unfinished"],
        "lost": count - found["passed"] - found["unfinished"],
        "twice": found["attempts"] - found["passed"],
        "tries": found["tries"],
    }


def _held(held: list[int]) -> dict[str, Any]:
    growth = flatness(held)
    return {
        "memory_mb_first": round(held[0] / MEGABYTE),
        "memory_mb_highest": round(max(held) / MEGABYTE),
        "memory_mb_last": round(held[-1] / MEGABYTE),
        "memory_growth": growth,
        "flat": None if growth is None else growth <= MOST_GROWTH,
    }


def results(made: dict[str, Browser], ends: float) -> list[dict[str, Any]]:
    """Ask for each until all are finished, or the time is over; return them as they were seen last."""
    found: dict[str, dict[str, Any]] = {}
    left = dict(made)
    while left and time.monotonic() < ends:
        for submission, visitor in list(left.items()):
            found[submission] = visitor.result(submission)
            if not found[submission]["finished_at"]:
                break  # they are graded in the order in which they came
            del left[submission]
        if left:
            time.sleep(0.5)
    return list(found.values())


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()
