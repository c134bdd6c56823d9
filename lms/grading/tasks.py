"""What Celery runs. Messages may be lost or come twice; the rows say what is left to do."""

from __future__ import annotations

from celery import shared_task
from django.db.models import Q, QuerySet
from django.utils import timezone

from lms.grading.models import Submission, when_lost
from lms.grading.run import run

State = Submission.State
MOST_AT_ONCE = 500


@shared_task(name="grading.grade_submission")
def grade_submission(submission_id: str) -> None:
    run(submission_id)


@shared_task(name="grading.enqueue_left_over")
def enqueue_left_over() -> int:
    """Send again what waits without a message: lost, claimed by a worker that died, or to be retried."""
    now = timezone.now()
    return _enqueue(
        Submission.objects.filter(
            Q(state__in=(State.QUEUED, State.OURS), retry_at__lte=now)
            | Q(state=State.RUNNING, claimed_until__lt=now)
        )
    )


def enqueue_after_restart() -> int:
    """Send everything unfinished again. For the embedded worker only: no other process can hold a claim."""
    Submission.objects.filter(state=State.RUNNING).update(state=State.QUEUED, claim=None, claimed_until=None)
    return _enqueue(Submission.objects.filter(state__in=Submission.UNFINISHED))


def _enqueue(left: QuerySet[Submission]) -> int:
    ids = list(left.order_by("created_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    # The next look, seconds from now, must not send what this one has sent.
    Submission.objects.filter(pk__in=ids).update(retry_at=when_lost())
    for pk in ids:
        grade_submission.delay(str(pk))
    return len(ids)
