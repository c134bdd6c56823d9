"""What Celery runs. Messages may be lost or come twice; the rows say what is left to do."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from content.models import LONGEST_TIME_LIMIT, Verification
from lms.grading.aside import MOST_FAULTS, set_aside
from lms.grading.models import Regrade, Submission, Trial, when_lost
from lms.grading.ordered import RETRY_AFTER
from lms.grading.regrading import abandoned, work_on
from lms.grading.run import RETRY_SELDOM, run_next
from lms.grading.trial_run import run_trial, waiting_trials
from lms.grading.verifications import run_verification, waiting

logger = logging.getLogger(__name__)

State = Submission.State
MOST_AT_ONCE = 500
# A jump of the clock by an hour (a zone that was taken for another one) is noticed, a correction is not.
SLACK = timedelta(minutes=1)
FURTHEST_RETRY = timedelta(seconds=RETRY_SELDOM) + SLACK


@shared_task(name="grading.grade_submission")
def grade_submission(submission_id: str) -> None:
    """Grade one submission: the one whose turn it is, which need not be the one that sent this message.

    A queue of messages is served in the order in which it was filled; the rows know a fairer one.
    """
    run_next()


@shared_task(name="grading.verify_exercise")
def verify_exercise(verification_id: int) -> None:
    """Grade the cases of an exercise, a few seconds' worth, and send the next message."""
    if run_verification(verification_id):
        _send_verification(verification_id)


@shared_task(name="grading.try_draft")
def try_draft(trial_id: str) -> None:
    """Grade an author's trial of a draft. Authors are few and wait at the page: it takes no turn."""
    run_trial(trial_id)


@shared_task(name="grading.regrade")
def regrade(regrade_id: int) -> None:
    """Grade, or apply, a few seconds' worth of a regrade, and send the next message."""
    if work_on(regrade_id):
        send_regrade(regrade_id)


@shared_task(name="grading.enqueue_left_over")
def enqueue_left_over() -> int:
    """Send again what waits without a message: lost, claimed by a worker that died, or to be retried."""
    now = timezone.now()
    _verify_left_over(now)
    _try_left_over(now)
    for regrade_id in abandoned(now):
        send_regrade(regrade_id)
    # A time that lies further ahead than any that is ever set: the clock was wrong, and has been set back.
    due = Q(retry_at__lte=now) | Q(retry_at__gt=now + FURTHEST_RETRY)
    longest = timedelta(seconds=LONGEST_TIME_LIMIT + settings.GRADE_GRACE) + SLACK
    dead = Q(claimed_until__lt=now) | Q(claimed_until__gt=now + longest)
    left = Submission.objects.filter(dead, state=State.RUNNING)
    left.filter(faults__gte=MOST_FAULTS).update(**set_aside())
    # What ends each worker that takes it is a fault as well.
    free = {"state": State.QUEUED, "claim": None, "claimed_until": None, "retry_at": now}
    left.update(**free, faults=F("faults") + 1)
    Submission.objects.filter(due, state=State.OURS).update(**free)
    return _enqueue(Submission.objects.filter(due, state=State.QUEUED))


def _verify_left_over(now: datetime) -> None:
    for verification in waiting(now):
        # The next look, seconds from now, must not send what this one has sent; a worker that has taken it
        # since keeps its claim.
        if waiting(now).filter(pk=verification.pk).update(claimed_until=now):
            send_verification(verification)


def _try_left_over(now: datetime) -> None:
    for trial in waiting_trials(now):
        if waiting_trials(now).filter(pk=trial.pk).update(claimed_until=now):
            send_trial(str(trial.pk))


def enqueue_after_restart() -> int:
    """Send everything unfinished again. For the embedded worker only: no other process can hold a claim.

    Verifications, trials and regrades are free now, and sent by the first look of `enqueue_left_over`.
    """
    now = timezone.now()
    Verification.objects.filter(state=Verification.State.RUNNING).update(
        state=Verification.State.QUEUED, claimed_until=now - RETRY_AFTER
    )
    Trial.objects.filter(state=Trial.State.RUNNING).update(
        state=Trial.State.QUEUED, claim=None, claimed_until=now - RETRY_AFTER
    )
    # One that was set aside waits for somebody, not for a worker.
    at_work = Regrade.objects.filter(state__in=Regrade.AT_WORK, claimed_until__isnull=False)
    at_work.update(claimed_until=now - RETRY_AFTER)
    Submission.objects.filter(state__in=(State.RUNNING, State.OURS)).update(
        state=State.QUEUED, claim=None, claimed_until=None
    )
    return _enqueue(Submission.objects.filter(state=State.QUEUED))


def _enqueue(left: QuerySet[Submission]) -> int:
    ids = list(left.order_by("turn").values_list("pk", flat=True)[:MOST_AT_ONCE])
    # The next look, seconds from now, must not send what this one has sent.
    Submission.objects.filter(pk__in=ids).update(retry_at=when_lost())
    for sent, pk in enumerate(ids):
        if not send(str(pk)):
            Submission.objects.filter(pk__in=ids[sent:]).update(retry_at=timezone.now())
            return sent
    return len(ids)


def send_verification(verification: Verification) -> None:
    """Put a message into the queue. Where the broker cannot be reached, beat does it when it is back."""
    _send_verification(verification.pk)


def _send_verification(verification_id: int) -> None:
    try:
        verify_exercise.delay(verification_id)
    except (OperationalError, OSError) as error:
        logger.error("the queue is out of reach for verification %s: %s", verification_id, error)


def send_trial(trial_id: str) -> None:
    try:
        try_draft.delay(trial_id)
    except (OperationalError, OSError) as error:
        logger.error("the queue is out of reach for trial %s: %s", trial_id, error)


def send_regrade(regrade_id: int) -> None:
    try:
        regrade.delay(regrade_id)
    except (OperationalError, OSError) as error:
        logger.error("the queue is out of reach for regrade %s: %s", regrade_id, error)


def send(submission_id: str) -> bool:
    """Put a message into the queue; False where the broker cannot be reached, which is in the log then."""
    try:
        grade_submission.delay(submission_id)
    except (OperationalError, OSError) as error:
        logger.error("the queue of submissions is out of reach: %s", error)
        return False
    return True
