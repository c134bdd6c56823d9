"""Grading one submission: claim the row, let the jail judge, write down what it said."""

from __future__ import annotations

import logging
import time
import uuid
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from lms.accounts.models import Learner
from lms.classes.counting import GRADED, count_attempt
from lms.grading.aside import MOST_FAULTS, set_aside
from lms.grading.counts import attempt_of
from lms.grading.grader import GraderUnavailable, jail
from lms.grading.live import announce
from lms.grading.metrics import GRADE_PHASE, GRADES, JAIL_REFUSALS
from lms.grading.models import Submission
from lms.grading.projects import complete_project
from sandbox.jail import CheckResult, InvalidProject, Verdict, grade

logger = logging.getLogger(__name__)

RETRY_AFTER = (5, 15, 30, 60)  # Seconds; the last one from then on: a grader that is back soon has work.
# What was tried so often (an exercise whose checks are broken, say) is tried less often.
MANY_TRIES, RETRY_SELDOM = 30, 900

TELL_EVERY = 0.5  # Seconds between two tellings of how far a grade is; the end is told at once.

_TAKEN = ("state", "claim", "claimed_until", "started_at", "tries", "checks", "message")

State = Submission.State


class ClaimLost(Exception):
    """Somebody else (a cancel, a second worker) has decided this submission meanwhile."""


def run_next() -> bool:
    """Grade the waiting submission whose turn it is; return whether there was one."""
    submission = claim_next()
    if submission is not None:
        _run(submission)
    return submission is not None


def run(submission_id: str) -> None:
    """Grade this submission if it still waits. Safe to call twice, late, or from two workers at once."""
    submission = claim(submission_id)
    if submission is not None:
        _run(submission)


def _run(submission: Submission) -> None:
    # The message that led here may have come from another submission: the row knows its own request.
    context = {"submission": str(submission.pk), "exercise": submission.exercise.name}
    if submission.request_id:
        context["request_id"] = submission.request_id
    with structlog.contextvars.bound_contextvars(**context):
        announce(submission)
        try:
            outcome, phases = _decide(submission)
            outcome, phases = _conclude(submission, outcome, phases)
        except ClaimLost:
            logger.info("decided elsewhere", extra={"try": submission.tries})
            return
        _record(submission, outcome, phases)


def _record(submission: Submission, outcome: dict[str, Any], phases: dict[str, float]) -> None:
    """Log and count how this try ended. `phases` has seconds, and is empty where nothing was graded."""
    state = str(outcome["state"])
    GRADES.labels(state=state).inc()
    finished = outcome.get("finished_at")
    if finished is not None and submission.started_at is not None:
        queued = (submission.started_at - submission.created_at).total_seconds()
        phases = {"queue": queued, **phases, "all": (finished - submission.created_at).total_seconds()}
        for name, seconds in phases.items():
            # The clock of this machine may have been set back meanwhile.
            GRADE_PHASE.labels(phase=name).observe(max(seconds, 0.0))
    spent = {f"{name}_ms": round(seconds * 1000, 1) for name, seconds in phases.items()}
    logger.info("graded", extra={"state": state, "try": submission.tries, **spent})


def claim(submission_id: str) -> Submission | None:
    """Take the submission for this try; None if it is finished, gone, or in somebody's hands."""
    waits = Q(state__in=(State.QUEUED, State.OURS)) | Q(state=State.RUNNING, claimed_until__lt=timezone.now())
    return _take(Submission.objects.filter(waits, pk=submission_id))


def claim_next() -> Submission | None:
    """Take the waiting submission whose turn it is, whoever asks; None where nobody waits."""
    return _take(Submission.objects.filter(state=State.QUEUED).order_by("turn"))


def _take(wanted: QuerySet[Submission]) -> Submission | None:
    now = timezone.now()
    with transaction.atomic():
        # Skip what another worker is taking at this moment; SQLite has one writer at a time anyway.
        free = wanted.select_for_update(skip_locked=True, of=("self",)).select_related("exercise")
        submission = free.first()
        if submission is None:
            return None
        submission.state = State.RUNNING
        submission.claim = uuid.uuid4()
        submission.claimed_until = now + timedelta(seconds=submission.time_limit() + settings.GRADE_GRACE)
        submission.started_at = now
        submission.tries += 1
        submission.checks = []
        submission.message = ""
        submission.save(update_fields=_TAKEN)
    return submission


def _decide(submission: Submission) -> tuple[dict[str, Any], dict[str, float]]:
    """Return what to write, and how many seconds the phases took of a try that was graded."""
    try:
        verdict = _judge(submission)
        return _outcome(verdict), verdict.phases
    except GraderUnavailable as unavailable:
        JAIL_REFUSALS.labels(work="grade").inc()
        logger.error("the jail did not grade: %s", unavailable)
        return _ours(submission, f"Grading is unavailable on this server, because {unavailable}"), {}
    except ClaimLost:
        raise
    except Exception:
        # Whatever went wrong is the platform's fault, never a verdict on the learner's work.
        logger.exception("grading %s failed", submission.pk)
        return _our_fault(submission), {}


def _conclude(
    submission: Submission, outcome: dict[str, Any], phases: dict[str, float]
) -> tuple[dict[str, Any], dict[str, float]]:
    """Write the outcome, or our fault where that fails; return what was written. Raises ClaimLost."""
    try:
        _write(submission, outcome)
    except ClaimLost:
        raise
    except Exception:
        logger.exception("the verdict on %s could not be written", submission.pk)
        outcome, phases = _our_fault(submission), {}
        _write(submission, outcome)
    return outcome, phases


def _judge(submission: Submission) -> Verdict:
    exercise = submission.graded_exercise()
    progress = _Progress(submission)

    def should_stop() -> bool:
        progress.tell()
        return not Submission.objects.filter(pk=submission.pk, claim=submission.claim).exists()

    try:
        project = complete_project(exercise, submission.files)
    except InvalidProject as error:
        # The exercise has changed since the files were accepted.
        return Verdict(state="error", message=str(error))
    verdict = grade(
        jail(),
        project,
        exercise.checks,
        time_limit=exercise.time_limit,
        on_check=progress.note,
        should_stop=should_stop,
    )
    if verdict.state == "cancelled":
        raise ClaimLost
    if verdict.state == "ours":
        raise GraderUnavailable(verdict.message)
    return verdict


def _outcome(verdict: Verdict) -> dict[str, Any]:
    return {
        "state": verdict.state,
        "checks": [check.to_json() for check in verdict.checks],
        "message": verdict.message,
        "output": verdict.output,
        "duration_ms": verdict.duration_ms,
        "finished_at": timezone.now(),
        "claim": None,
        "claimed_until": None,
    }


def _ours(submission: Submission, message: str) -> dict[str, Any]:
    wait = RETRY_AFTER[min(submission.tries, len(RETRY_AFTER)) - 1]
    if submission.tries > MANY_TRIES:
        wait = RETRY_SELDOM
    return {
        "state": State.OURS,
        "checks": [],
        "message": f"{message} Your work is kept and will be graded by itself.",
        "retry_at": timezone.now() + timedelta(seconds=wait),
        "claim": None,
        "claimed_until": None,
    }


def _our_fault(submission: Submission) -> dict[str, Any]:
    """An error that is no outage: tried again, but not for ever."""
    faults = submission.faults + 1
    if faults >= MOST_FAULTS:
        logger.error("%s is not tried again by itself", submission.pk)
        return {**set_aside(), "faults": faults}
    return {**_ours(submission, "Something went wrong while grading, on our side."), "faults": faults}


def _write(submission: Submission, values: dict[str, Any]) -> None:
    """Store what this try found, unless the claim is gone; then ClaimLost."""
    mine = Submission.objects.filter(pk=submission.pk, claim=submission.claim, state=State.RUNNING)
    with transaction.atomic():
        if not mine.update(**values):
            raise ClaimLost
        if values.get("state") in GRADED:
            count_attempt(
                # Read now: the visitor who handed it in may have signed in since it was taken.
                learner=Learner.objects.get(submissions=submission.pk),
                exercise=submission.exercise,
                attempt=attempt_of(submission.pk, values["state"], submission.created_at, values["checks"]),
            )
    for name, value in values.items():
        setattr(submission, name, value)
    announce(submission)


class _Progress:
    """What the page is told while a grade runs.

    Most are over before anybody could have read of their first check: each telling writes a row, and has the
    page's socket read it, in time that the grade itself would need.
    """

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._checks: dict[str, CheckResult] = {}
        self._told_at = time.monotonic()
        self._news = False

    def note(self, result: CheckResult) -> None:
        """Raises ClaimLost, as `tell` does."""
        self._checks[result.name] = result
        self._news = True
        if time.monotonic() - self._told_at >= TELL_EVERY:
            self.tell()

    def tell(self) -> None:
        """What is new, if anything is."""
        if self._news:
            self._news = False
            _write(self._submission, {"checks": [check.to_json() for check in self._checks.values()]})
            self._told_at = time.monotonic()
