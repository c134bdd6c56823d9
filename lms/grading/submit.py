"""The one way in which code is handed in: called by the page, the API and the commands alike."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from content.models import Exercise
from lms.accounts.models import Learner
from lms.grading.live import announce
from lms.grading.models import Submission
from lms.grading.projects import check_learner_files
from lms.grading.queue import next_turn, supersede
from lms.grading.tasks import send

MOST_UNFINISHED = 3
MOST_A_MINUTE = 30
OUT_OF_REACH = "The queue is out of reach at the moment. Your work is kept and will be graded by itself."

State = Submission.State


class TooManySubmissions(Exception):
    """This learner has to wait. The message is for them; `seconds` is how long, or 0 where nobody knows."""

    def __init__(self, message: str, seconds: int = 0) -> None:
        super().__init__(message)
        self.seconds = seconds


def submit(*, learner: Learner, exercise: Exercise, files: Any, now: datetime | None = None) -> Submission:
    """Store `files` (path to text) as an attempt, and put it in the queue once it is committed.

    An attempt at the same exercise that still waits is cancelled, and this one takes its place. Raises
    InvalidProject where the files cannot be graded as they are, and TooManySubmissions.
    """
    clean = check_learner_files(exercise, files)
    now = now or timezone.now()
    with transaction.atomic():
        # The learner's row is the lock: two requests at once must not both count to two.
        Learner.objects.select_for_update().get(pk=learner.pk)
        mine = Submission.objects.filter(learner=learner)
        _refuse_a_flood(mine, now)
        superseded, place = supersede(mine.filter(exercise=exercise), now)
        _refuse_too_many(mine)
        submission = Submission.objects.create(
            learner=learner,
            exercise=exercise,
            exercise_digest=exercise.digest,
            exercise_revision_id=exercise.live_revision_id,
            files=clean,
            turn=place or next_turn(mine, now),
            request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
        )
        transaction.on_commit(lambda: _enqueue(submission, superseded))
    return submission


def cancel(submission: Submission, *, now: datetime | None = None) -> bool:
    """Cancel a submission that is not finished; return whether there was something to cancel."""
    changed = Submission.objects.filter(pk=submission.pk, state__in=Submission.UNFINISHED).update(
        state=State.CANCELLED, finished_at=now or timezone.now(), claim=None, claimed_until=None
    )
    if changed:
        transaction.on_commit(lambda: announce(submission))
    return bool(changed)


def _enqueue(submission: Submission, superseded: list[Submission]) -> None:
    for other in superseded:
        announce(other)
    if send(str(submission.pk)):
        return
    # Beat sends it when the broker is back.
    submission.state, submission.message = State.OURS, OUT_OF_REACH
    submission.retry_at = timezone.now()
    Submission.objects.filter(pk=submission.pk, state=State.QUEUED).update(
        state=State.OURS, message=OUT_OF_REACH, retry_at=submission.retry_at
    )


def _refuse_a_flood(mine: Any, now: datetime) -> None:
    minute = timedelta(minutes=1)
    latest = list(
        mine.filter(created_at__gt=now - minute)
        .order_by("-created_at")
        .values_list("created_at", flat=True)[:MOST_A_MINUTE]
    )
    if len(latest) == MOST_A_MINUTE:
        seconds = max(1, math.ceil((latest[-1] + minute - now).total_seconds()))
        raise TooManySubmissions(
            f"You handed in {MOST_A_MINUTE} times in a minute. Try again in {seconds} seconds.", seconds
        )


def _refuse_too_many(mine: Any) -> None:
    unfinished = mine.filter(state__in=(State.QUEUED, State.RUNNING)).count()
    if unfinished >= MOST_UNFINISHED:
        raise TooManySubmissions(
            f"{unfinished} of your submissions are still being graded. Wait for one of them, or cancel it."
        )
