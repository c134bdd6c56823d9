"""Submissions for the running counts of lms.classes: what is counted of one, and all of them anew."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from content.models import Exercise
from lms.accounts.models import Learner
from lms.classes.counting import GRADED, Attempt, failed_checks, hold, pattern_of
from lms.classes.models import Failure, FailurePattern, Tally
from lms.grading.models import Submission


def attempt_of(
    submission_id: uuid.UUID, state: str, created_at: datetime, checks: Iterable[dict[str, Any]]
) -> Attempt:
    return Attempt(id=submission_id, state=state, at=created_at, failed=failed_checks(checks))


@transaction.atomic
def recount_attempts(learner: Learner) -> None:
    """Make the learner's tallies and failures again from the submissions.

    For when attempts changed hands or their verdicts changed. Standings are lms.progress's to make again.
    Of attempts whose results are not kept any more nobody knows how they failed: they are in no Failure.
    """
    hold(learner)
    Tally.objects.filter(learner=learner).delete()
    Failure.objects.filter(learner=learner).delete()
    graded = Submission.objects.filter(learner=learner, state__in=GRADED).order_by("created_at", "pk")
    by_exercise: dict[int, list[Attempt]] = defaultdict(list)
    cleared = set(graded.filter(cleared_at__isnull=False).values_list("pk", flat=True))
    for row in graded.values_list("exercise", "id", "state", "created_at", "checks").iterator():
        by_exercise[row[0]].append(attempt_of(*row[1:]))
    exercises = Exercise.objects.only("pk").in_bulk(by_exercise)
    patterns = {
        (pattern.exercise_id, pattern.key): pattern
        for pattern in FailurePattern.objects.filter(exercise__in=by_exercise)
    }
    tallies, failures = [], []
    for pk, attempts in by_exercise.items():
        tallies.append(_tally(learner, exercises[pk], attempts))
        told = [attempt for attempt in attempts if attempt.id not in cleared]
        failures += _failures(learner, exercises[pk], told, patterns)
    Tally.objects.bulk_create(tallies)
    Failure.objects.bulk_create(failures)


def _tally(learner: Learner, exercise: Exercise, attempts: list[Attempt]) -> Tally:
    """Sum up the attempts, which come in the order in which they were handed in."""
    first, latest = attempts[0], attempts[-1]
    tries, passed = next(
        ((number, one) for number, one in enumerate(attempts, 1) if one.passed), (None, None)
    )
    return Tally(
        learner=learner,
        exercise=exercise,
        attempts=len(attempts),
        first_at=first.at,
        last_at=latest.at,
        latest=latest.id,
        passed_at=passed.at if passed else None,
        tries_to_pass=tries,
        seconds_to_pass=round((passed.at - first.at).total_seconds()) if passed else None,
    )


def _failures(
    learner: Learner,
    exercise: Exercise,
    attempts: list[Attempt],
    patterns: dict[tuple[int, str], FailurePattern],
) -> list[Failure]:
    found: dict[str, Failure] = {}
    for attempt in attempts:
        if attempt.passed:
            continue
        key = (exercise.pk, attempt.key)
        if key not in patterns:
            patterns[key] = pattern_of(exercise, attempt)
        failure = found.setdefault(attempt.key, Failure(learner=learner, pattern=patterns[key], times=0))
        failure.times += 1
        failure.latest, failure.last_at = attempt.id, attempt.at
    return list(found.values())
