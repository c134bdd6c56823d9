"""The verbs that keep the running counts. Whoever records a thing calls them, in the same transaction."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from content.models import Exercise
from lms.accounts.models import Learner
from lms.classes.models import Failure, FailurePattern, Standing, Tally

# The states of a submission that say something of the learner's work.
GRADED = ("passed", "failed", "error", "timeout")


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What is counted of a submission with a verdict. `failed` are (name, title) of the failed checks."""

    id: uuid.UUID
    state: str
    at: datetime
    failed: tuple[tuple[str, str], ...] = ()

    @property
    def passed(self) -> bool:
        return self.state == "passed"

    @property
    def key(self) -> str:
        """Name the pattern of this failure: the same checks failed, whatever they are titled now."""
        names = sorted(name for name, _title in self.failed)
        text = json.dumps([self.state, names])
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def failed_checks(checks: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Return (name, title) of the checks that failed, of a submission's `checks`."""
    return tuple(
        (str(check["name"]), str(check.get("title") or check["name"]))
        for check in checks
        if check["status"] in ("failed", "error")
    )


def hold(learner: Learner) -> None:
    """Let nobody else count for this learner until the transaction ends.

    The learner's row is the lock, since a count that is not there yet cannot be one. Rows that refer to the
    learner can be written meanwhile.
    """
    list(Learner.objects.select_for_update(no_key=True).filter(pk=learner.pk).values_list("pk"))


@transaction.atomic
def count_attempt(*, learner: Learner, exercise: Exercise, attempt: Attempt) -> None:
    """Count a submission that has just got its verdict. To be called once for each."""
    hold(learner)
    tally, _is_new = Tally.objects.get_or_create(
        learner=learner,
        exercise=exercise,
        defaults={"attempts": 0, "first_at": attempt.at, "last_at": attempt.at, "latest": attempt.id},
    )
    tally.attempts += 1
    tally.first_at = min(tally.first_at, attempt.at)
    if attempt.at >= tally.last_at:
        tally.last_at, tally.latest = attempt.at, attempt.id
    first_pass = attempt.passed and tally.passed_at is None
    if first_pass:
        tally.passed_at, tally.tries_to_pass = attempt.at, tally.attempts
    if tally.passed_at is not None:
        tally.seconds_to_pass = max(0, round((tally.passed_at - tally.first_at).total_seconds()))
    tally.save()
    if not attempt.passed:
        _count_failure(learner, exercise, attempt)
    _touch(learner, exercise.lesson, attempt.at, passed=int(first_pass))


def _count_failure(learner: Learner, exercise: Exercise, attempt: Attempt) -> None:
    pattern = pattern_of(exercise, attempt)
    failure, is_new = Failure.objects.get_or_create(
        learner=learner,
        pattern=pattern,
        defaults={"times": 1, "latest": attempt.id, "last_at": attempt.at},
    )
    if not is_new:
        failure.times += 1
        if attempt.at >= failure.last_at:
            failure.last_at, failure.latest = attempt.at, attempt.id
        failure.save()


def pattern_of(exercise: Exercise, attempt: Attempt) -> FailurePattern:
    return FailurePattern.objects.get_or_create(
        exercise=exercise,
        key=attempt.key,
        defaults={"state": attempt.state, "checks": [list(pair) for pair in attempt.failed]},
    )[0]


def touch(
    *, learner: Learner, lesson: str, at: datetime, read: bool = False, missions: int = 0, passed: int = 0
) -> None:
    """Note that the learner did something in the lesson; `missions` and `passed` are how many are new.

    To be called in the transaction that records it.
    """
    hold(learner)
    _touch(learner, lesson, at, read=read, missions=missions, passed=passed)


def _touch(
    learner: Learner, lesson: str, at: datetime, *, read: bool = False, missions: int = 0, passed: int = 0
) -> None:
    now = timezone.now()
    _row, is_new = Standing.objects.get_or_create(
        learner=learner,
        lesson=lesson,
        defaults={
            "first_at": at,
            "last_at": at,
            "read": read,
            "missions": missions,
            "passed": passed,
            "counted_at": now,
        },
    )
    if is_new:
        return
    changes: dict[str, Any] = {
        "first_at": Least(F("first_at"), Value(at)),
        "last_at": Greatest(F("last_at"), Value(at)),
        "missions": F("missions") + missions,
        "passed": F("passed") + passed,
        "counted_at": now,
    }
    if read:
        changes["read"] = True
    Standing.objects.filter(learner=learner, lesson=lesson).update(**changes)
