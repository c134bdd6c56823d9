"""On which days somebody worked, for the path on the learner's page. Nothing is stored for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

from lms.accounts.models import Learner
from lms.grading.models import Submission
from lms.progress.models import LessonRead, MissionDone, QuizAnswer


def days_of(learner: Learner | None, *, since: datetime, zone: tzinfo) -> Counter[date]:
    """Return how many things the learner did on each day of `zone`, from `since` on: four queries."""
    if learner is None:
        return Counter()
    moments: list[Iterable[datetime]] = [
        MissionDone.objects.filter(learner=learner, done_at__gte=since).values_list("done_at", flat=True),
        LessonRead.objects.filter(learner=learner, read_at__gte=since).values_list("read_at", flat=True),
        QuizAnswer.objects.filter(learner=learner, latest_at__gte=since).values_list("latest_at", flat=True),
        Submission.objects.filter(learner=learner, created_at__gte=since).values_list(
            "created_at", flat=True
        ),
    ]
    return Counter(moment.astimezone(zone).date() for found in moments for moment in found)


def streak(days: Iterable[date], today: date) -> int:
    """Return how many days in a row had something, up to today or, since today is not over, yesterday."""
    worked = set(days)
    last = today if today in worked else today - timedelta(days=1)
    length = 0
    while last - timedelta(days=length) in worked:
        length += 1
    return length
