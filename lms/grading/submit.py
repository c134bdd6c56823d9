"""The one way in which code is handed in: called by the page, the API and the commands alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from content.models import Exercise
from lms.accounts.models import Learner
from lms.grading.models import Submission
from lms.grading.projects import check_learner_files
from lms.grading.tasks import grade_submission

MOST_UNFINISHED = 3
MOST_A_MINUTE = 30


class TooManySubmissions(Exception):
    """This learner has to wait. The message is for them."""


def submit(*, learner: Learner, exercise: Exercise, files: Any, now: datetime | None = None) -> Submission:
    """Store `files` (path to text) as an attempt, and put it in the queue once it is committed.

    Raises InvalidProject where the files cannot be graded as they are, and TooManySubmissions.
    """
    clean = check_learner_files(exercise, files)
    with transaction.atomic():
        _refuse_a_flood(learner, now or timezone.now())
        submission = Submission.objects.create(
            learner=learner, exercise=exercise, exercise_digest=exercise.digest, files=clean
        )
        transaction.on_commit(lambda: grade_submission.delay(str(submission.pk)))
    return submission


def cancel(submission: Submission, *, now: datetime | None = None) -> bool:
    """Cancel a submission that is not finished; return whether there was something to cancel."""
    changed = Submission.objects.filter(pk=submission.pk, state__in=Submission.UNFINISHED).update(
        state=Submission.State.CANCELLED, finished_at=now or timezone.now(), claim=None, claimed_until=None
    )
    return bool(changed)


def _refuse_a_flood(learner: Learner, now: datetime) -> None:
    # The learner's row is the lock: two requests at once must not both count to two.
    Learner.objects.select_for_update().get(pk=learner.pk)
    mine = Submission.objects.filter(learner=learner)
    unfinished = mine.filter(state__in=(Submission.State.QUEUED, Submission.State.RUNNING)).count()
    if unfinished >= MOST_UNFINISHED:
        raise TooManySubmissions(
            f"{unfinished} of your submissions are still being graded. Wait for one of them, or cancel it."
        )
    if mine.filter(created_at__gt=now - timedelta(minutes=1)).count() >= MOST_A_MINUTE:
        raise TooManySubmissions(f"More than {MOST_A_MINUTE} submissions in a minute. Wait a little.")
