"""The running counts of lms.classes, made again from what a learner has done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q

from lms.accounts.models import Learner
from lms.classes.models import Standing, Tally
from lms.grading.counts import recount_attempts
from lms.progress.models import LessonPlace, LessonRead, MissionDone, QuizAnswer


@transaction.atomic
def recount(learner: Learner) -> None:
    """Make everything that is counted of the learner again. To be called when rows changed hands."""
    recount_attempts(learner)
    Standing.objects.filter(learner=learner).delete()
    found: dict[str, Standing] = {}
    for lesson, first, last, changes in _things(learner):
        row = found.setdefault(lesson, Standing(learner=learner, lesson=lesson, first_at=first, last_at=last))
        row.first_at, row.last_at = min(row.first_at, first), max(row.last_at, last)
        for name, value in changes.items():
            setattr(row, name, value)
    Standing.objects.bulk_create(found.values())


def _things(learner: Learner) -> Iterable[tuple[str, datetime, datetime, dict[str, Any]]]:
    """Yield (lesson, first, last, what it changes of a standing), one kind of thing after the other."""
    for lesson, at in LessonPlace.objects.filter(learner=learner).values_list("lesson", "seen_at"):
        yield lesson, at, at, {}
    for lesson, at in LessonRead.objects.filter(learner=learner).values_list("lesson", "read_at"):
        yield lesson, at, at, {"read": True}
    answers = QuizAnswer.objects.filter(learner=learner).values("lesson")
    for row in answers.annotate(first=Min("first_at"), last=Max("latest_at")):
        yield row["lesson"], row["first"], row["last"], {}
    missions = MissionDone.objects.filter(learner=learner).values("lesson")
    for did in missions.annotate(first=Min("done_at"), last=Max("done_at"), done=Count("pk")):
        yield did["lesson"], did["first"], did["last"], {"missions": did["done"]}
    tallies = Tally.objects.filter(learner=learner).values("exercise__lesson")
    for tried in tallies.annotate(
        first=Min("first_at"), last=Max("last_at"), passed=Count("pk", filter=Q(passed_at__isnull=False))
    ):
        yield tried["exercise__lesson"], tried["first"], tried["last"], {"passed": tried["passed"]}
