"""Grading an author's trial of a draft. The row is the truth; the queue's message only points at it."""

from __future__ import annotations

import logging
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from content.models import LONGEST_TIME_LIMIT, Exercise
from lms.grading.grader import GraderUnavailable, jail
from lms.grading.models import Trial
from lms.grading.ordered import GIVEN_UP, MOST_FAULTS, RETRY_AFTER, TRIED_AGAIN, faults_at_claim, wait_after
from lms.grading.projects import complete_project
from sandbox.jail import CheckResult, grade

logger = logging.getLogger(__name__)

TELL_EVERY = 0.5  # seconds between two tellings of how far it is: the page asks every second
SAVED_ANEW = "The draft was saved anew before this was graded. Check it again."

State = Trial.State


class ClaimLost(Exception):
    """The author has cancelled this trial, or begun a newer one, or another worker has it."""


def run_trial(trial_id: str) -> None:
    """Grade this trial if it still waits. Safe to call twice, late, or from two workers at once."""
    trial = _claim(trial_id)
    if trial is None:
        return
    if trial.faults >= MOST_FAULTS:
        _give_up(trial)
        return
    try:
        _write(trial, finished_at=timezone.now(), claim=None, **_verdict(trial))
    except ClaimLost:
        logger.info("trial %s was decided elsewhere", trial_id)
    except GraderUnavailable as unavailable:
        _postpone(trial, f"Grading is unavailable on this server, because {unavailable}")
    except Exception:
        # Whatever went wrong here is ours: it is no verdict on the draft.
        logger.exception("trial %s failed", trial_id)
        _note_fault(trial)


def waiting_trials(now: datetime) -> QuerySet[Trial]:
    """Return what is to be sent again: its message was lost, its worker died, or the jail was not there."""
    return Trial.objects.filter(state__in=Trial.UNFINISHED, claimed_until__lt=now - RETRY_AFTER)


def _claim(trial_id: str) -> Trial | None:
    now, claim = timezone.now(), uuid.uuid4()
    free = Q(state__in=(State.QUEUED, State.OURS)) | Q(state=State.RUNNING, claimed_until__lte=now)
    until = now + timedelta(seconds=LONGEST_TIME_LIMIT + settings.GRADE_GRACE)
    taken = Trial.objects.filter(free, pk=trial_id).update(
        state=State.RUNNING,
        claim=claim,
        claimed_until=until,
        checks=[],
        message="",
        faults=faults_at_claim(State.RUNNING),
    )
    # Another worker may have taken it over since, where this one slept for long: then it is not ours.
    return (
        Trial.objects.select_related("exercise").filter(pk=trial_id, claim=claim).first() if taken else None
    )


def _verdict(trial: Trial) -> dict[str, Any]:
    draft: Exercise = trial.exercise.get_latest_revision_as_object()
    if draft.grading_digest() != trial.digest:
        return {"state": State.CANCELLED, "message": SAVED_ANEW}
    told: dict[str, dict[str, Any]] = {}
    told_at = time.monotonic()

    def on_check(result: CheckResult) -> None:
        nonlocal told_at
        told[result.name] = result.to_json()
        if time.monotonic() - told_at >= TELL_EVERY:
            told_at = time.monotonic()
            _write(trial, checks=list(told.values()))

    verdict = grade(
        jail(),
        complete_project(draft, trial.files),
        draft.checks,
        time_limit=draft.time_limit,
        on_check=on_check,
        should_stop=lambda: not _mine(trial).exists(),
    )
    if verdict.state == "cancelled":
        raise ClaimLost
    return {
        # With a learner's attempt that is our fault. Here it is what the author wants to know.
        "state": State.BROKEN if verdict.state == "ours" else verdict.state,
        "checks": [check.to_json() for check in verdict.checks],
        "message": verdict.message,
        "output": verdict.output,
        "duration_ms": verdict.duration_ms,
    }


def _mine(trial: Trial) -> QuerySet[Trial]:
    return Trial.objects.filter(pk=trial.pk, claim=trial.claim)


def _write(trial: Trial, **values: Any) -> None:
    if not _mine(trial).update(**values):
        raise ClaimLost


def _note_fault(trial: Trial) -> None:
    trial.faults += 1
    if trial.faults >= MOST_FAULTS:
        _give_up(trial)
    else:
        _postpone(trial, TRIED_AGAIN, wait=wait_after(trial.faults))


def _give_up(trial: Trial) -> None:
    """What was sent is kept, and there again with the page: the author has it graded by Check."""
    logger.error("trial %s is not tried again", trial.pk)
    _mine(trial).update(
        state=State.ASIDE,
        message=f"{GIVEN_UP} Once it is mended, check again.",
        faults=trial.faults,
        checks=[],
        finished_at=timezone.now(),
        claim=None,
    )


def _postpone(trial: Trial, message: str, *, wait: timedelta = timedelta()) -> None:
    _mine(trial).update(
        state=State.OURS,
        message=message,
        faults=trial.faults,
        checks=[],
        claim=None,
        claimed_until=timezone.now() + wait,
    )
