"""Wrong answers to an exercise, grouped by what failed."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, OuterRef, Subquery, Sum

from content.models import Exercise
from lms.classes.models import Failure, FailurePattern
from lms.classes.seeing import Scope

MOST_GROUPS = 12


@dataclass(frozen=True)
class FailureGroup:
    """Attempts that failed alike. `checks` are titles; `example` is the latest such submission's id."""

    state: str
    checks: tuple[str, ...]
    learners: int
    attempts: int
    last_at: datetime
    example: uuid.UUID


@dataclass(frozen=True)
class Failures:
    """`checks` are (title, failed attempts), the one that fails most first; `groups` are the largest."""

    groups: tuple[FailureGroup, ...]
    checks: tuple[tuple[str, int], ...]
    other_groups: int


def failures_of(exercise: Exercise, scope: Scope) -> Failures:
    """Return how the scope's learners failed at the exercise: three queries."""
    patterns = {one.pk: one for one in FailurePattern.objects.filter(exercise=exercise)}
    found = scope.restrict(Failure.objects.filter(pattern__in=list(patterns)))
    rows = list(
        found.values("pattern")
        .annotate(learners=Count("pk"), attempts=Sum("times"), last=Max("last_at"))
        .order_by("-learners", "-attempts", "pattern")
    )
    examples = _examples(scope, [row["pattern"] for row in rows[:MOST_GROUPS]])
    groups = tuple(
        FailureGroup(
            state=patterns[row["pattern"]].state,
            checks=tuple(title for _name, title in patterns[row["pattern"]].checks),
            learners=row["learners"],
            attempts=row["attempts"],
            last_at=row["last"],
            example=examples[row["pattern"]],
        )
        for row in rows[:MOST_GROUPS]
        if row["pattern"] in examples
    )
    return Failures(groups, _checks(rows, patterns), max(0, len(rows) - MOST_GROUPS))


def _examples(scope: Scope, patterns: list[int]) -> dict[int, uuid.UUID]:
    latest = scope.restrict(Failure.objects.filter(pattern=OuterRef("pk"))).order_by("-last_at")
    found = FailurePattern.objects.filter(pk__in=patterns)
    with_example = found.annotate(example=Subquery(latest.values("latest")[:1]))
    return {pk: example for pk, example in with_example.values_list("pk", "example") if example}


def _checks(rows: list[dict[str, int]], patterns: dict[int, FailurePattern]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for row in rows:
        for name, title in patterns[row["pattern"]].checks:
            counts[name] += row["attempts"]
            titles[name] = title
    return tuple((titles[name], count) for name, count in counts.most_common())
