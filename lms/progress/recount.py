"""The running counts of lms.classes, made again from what a learner has done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from content.missions import read_missions
from content.syllabus import rows
from lms.accounts.models import Learner
from lms.classes.models import Standing, Tally
from lms.grading.counts import recount_attempts
from lms.progress.models import LessonPlace, LessonRead, MissionDone, QuizAnswer


@transaction.atomic
def recount(learner: Learner) -> None:
    """Make everything that is counted of the learner again. To be called when rows changed hands."""
    # It also holds the learner: nobody counts on until this is committed.
    recount_attempts(learner)
    Standing.objects.filter(learner=learner).delete()
    found: dict[str, Standing] = {}
    now = timezone.now()
    for lesson, first, last, changes in _things(learner):
        row = found.setdefault(
            lesson,
            Standing(learner=learner, lesson=lesson, first_at=first, last_at=last, counted_at=now),
        )
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
    for lesson, done in _missions(learner).items():
        times = [at for _mission, at in done]
        there = _missions_there(lesson)
        count = sum(there is None or mission in there for mission, _at in done)
        yield lesson, min(times), max(times), {"missions": count}
    tallies = Tally.objects.filter(learner=learner).values("exercise__lesson")
    passed = Q(passed_at__isnull=False, exercise__live=True)
    for tried in tallies.annotate(
        first=Min("first_at"), last=Max("last_at"), passed=Count("pk", filter=passed)
    ):
        yield tried["exercise__lesson"], tried["first"], tried["last"], {"passed": tried["passed"]}


def _missions(learner: Learner) -> dict[str, list[tuple[str, datetime]]]:
    """Return what the learner did of each lesson: (mission, when)."""
    found: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    done = MissionDone.objects.filter(learner=learner)
    for lesson, mission, at in done.values_list("lesson", "mission", "done_at"):
        found[lesson].append((mission, at))
    return found


def _missions_there(lesson: str) -> set[str] | None:
    """Return the missions that the lesson still has; None for a lesson that the syllabus has not."""
    folder = next((row.folder for row in rows() if row.slug == lesson and row.is_written), None)
    return {mission.slug for mission in read_missions(folder)} if folder else None
