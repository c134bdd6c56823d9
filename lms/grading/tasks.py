"""What Celery runs. Messages may be lost or come twice; the rows say what is left to do."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from lms.grading.models import Submission
from lms.grading.run import run

State = Submission.State
# A message that has not been taken after so long is taken for lost.
LOST_AFTER = timedelta(seconds=60)


@shared_task(name="grading.grade_submission")
def grade_submission(submission_id: str) -> None:
    run(submission_id)


@shared_task(name="grading.enqueue_left_over")
def enqueue_left_over() -> int:
    """Send again what waits without a message: lost, claimed by a worker that died, or to be retried."""
    now = timezone.now()
    left = Submission.objects.filter(
        Q(state=State.QUEUED, created_at__lt=now - LOST_AFTER)
        | Q(state=State.RUNNING, claimed_until__lt=now)
        | Q(state=State.OURS, retry_at__lte=now)
    ).order_by("created_at")
    return _enqueue(left.values_list("pk", flat=True)[:500])


def enqueue_after_restart() -> int:
    """Send everything unfinished again. For the embedded worker only: no other process can hold a claim."""
    Submission.objects.filter(state=State.RUNNING).update(state=State.QUEUED, claim=None, claimed_until=None)
    unfinished = Submission.objects.filter(state__in=Submission.UNFINISHED).order_by("created_at")
    return _enqueue(unfinished.values_list("pk", flat=True))


def _enqueue(ids) -> int:  # type: ignore[no-untyped-def]
    count = 0
    for pk in ids:
        grade_submission.delay(str(pk))
        count += 1
    return count
