"""Running what an author asked to have verified: case after case, each written down as it is graded."""

from __future__ import annotations

import logging
import time
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from content import verifying
from content.models import LONGEST_TIME_LIMIT, Exercise, Verification
from lms.grading.grader import GraderUnavailable, jail
from lms.grading.ordered import (
    GIVEN_UP,
    MOST_FAULTS,
    RETRY_AFTER,
    TRIED_AGAIN,
    faults_at_claim,
    wait_after,
)
from lms.grading.verify import CaseOutcome, verify_case
from sandbox.jail import InvalidProject, Jail

logger = logging.getLogger(__name__)

SLICE = 5.0  # seconds of work a message

State = Verification.State


class ClaimLost(Exception):
    """Another worker has this verification now."""


def run_verification(verification_id: int) -> bool:
    """Grade cases for SLICE seconds; after the last one do what waits for it. Return whether there is more.

    Safe to call twice, late, or at once: the row says which cases are graded.
    """
    verification = _claim(verification_id)
    if verification is None:
        return False
    if verification.faults >= MOST_FAULTS:
        _give_up(verification)
        return False
    try:
        if not _grade_some(verification):
            return True
        verifying.conclude(verification)
    except ClaimLost:
        logger.info("verification %s was taken by another worker", verification_id)
    except GraderUnavailable as unavailable:
        _postpone(verification, f"Nothing can be graded on this server now, because {unavailable}")
    except Exception:
        # Whatever went wrong here is ours: it is no verdict on the exercise.
        logger.exception("verification %s failed", verification_id)
        _note_fault(verification)
    return False


def _grade_some(verification: Verification) -> bool:
    """Grade the next cases; return whether all are graded. Learners' submissions go between the slices."""
    exercise: Exercise = verification.revision.as_object()
    left = list(exercise.cases())[len(verification.outcomes) :]
    grader, end = jail(), time.monotonic() + SLICE
    for kind, name in left:
        verification.outcomes.append(_outcome(grader, exercise, kind, name).to_json())
        _write(verification)
        if time.monotonic() > end and len(verification.outcomes) < verification.total:
            _mine(verification).update(claim=None, claimed_until=timezone.now())
            return False
    return True


def waiting(now: datetime) -> QuerySet[Verification]:
    """Return what is to be sent again: its message was lost, its worker died, or the jail was not there."""
    lost = Q(state=State.QUEUED, claimed_until__lt=now - RETRY_AFTER)
    return Verification.objects.filter(lost | Q(state=State.RUNNING, claimed_until__lt=now - RETRY_AFTER))


def _claim(verification_id: int) -> Verification | None:
    now, claim = timezone.now(), uuid.uuid4()
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, claimed_until__lte=now)
    taken = Verification.objects.filter(free, pk=verification_id).update(
        state=State.RUNNING,
        claim=claim,
        claimed_until=_one_case_from(now),
        message="",
        faults=faults_at_claim(State.RUNNING),
    )
    rows = Verification.objects.select_related("exercise", "revision", "requested_by")
    # Another worker may have taken it over since, where this one slept for long: then it is not ours.
    return rows.filter(pk=verification_id, claim=claim).first() if taken else None


def _one_case_from(now: datetime) -> datetime:
    """Return by when whoever grades the next case is done with it, or dead."""
    return now + timedelta(seconds=LONGEST_TIME_LIMIT + settings.GRADE_GRACE)


def _outcome(grader: Jail, exercise: Exercise, kind: str, name: str) -> CaseOutcome:
    """Return what became of the case. Checks that cannot be run break it, too: their author is told why."""
    try:
        return verify_case(grader, exercise, kind, name)
    except InvalidProject as error:
        return CaseOutcome(
            exercise=exercise.name, kind=kind, case=name, state="error", duration_ms=0, broken=str(error)
        )


def _mine(verification: Verification) -> QuerySet[Verification]:
    return Verification.objects.filter(pk=verification.pk, claim=verification.claim)


def _write(verification: Verification) -> None:
    until = _one_case_from(timezone.now())
    if not _mine(verification).update(outcomes=verification.outcomes, claimed_until=until):
        raise ClaimLost


def _note_fault(verification: Verification) -> None:
    verification.faults += 1
    if verification.faults >= MOST_FAULTS:
        _give_up(verification)
        return
    _mine(verification).update(
        state=State.QUEUED,
        message=TRIED_AGAIN,
        faults=verification.faults,
        claim=None,
        claimed_until=timezone.now() + wait_after(verification.faults),
    )


def _give_up(verification: Verification) -> None:
    logger.error("verification %s is not tried again", verification.pk)
    _mine(verification).update(
        state=State.OURS,
        message=f"{GIVEN_UP} Once it is mended, verify the exercise again.",
        faults=verification.faults,
        finished_at=timezone.now(),
        claim=None,
    )


def _postpone(verification: Verification, message: str) -> None:
    _mine(verification).update(state=State.QUEUED, message=message, claim=None, claimed_until=timezone.now())
