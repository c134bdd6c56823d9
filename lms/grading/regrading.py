"""Grading attempts again after an exercise has changed: a report first, the new verdicts when it is accepted.

Each step works for a few seconds and lets learners' submissions go between. It may be called again at any
time: the rows say what is left.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from content.models import Exercise
from lms.accounts.models import Learner
from lms.classes.counting import GRADED, failed_checks
from lms.grading.grader import GraderUnavailable, jail
from lms.grading.models import Regrade, Regraded, Submission
from lms.grading.ordered import GIVEN_UP, MOST_FAULTS, RETRY_AFTER, TRIED_AGAIN, wait_after
from lms.grading.projects import complete_project
from sandbox.jail import InvalidProject, Jail, Verdict, grade

logger = logging.getLogger(__name__)

SLICE = 5.0  # seconds of work a message
BATCH = 200
# A step that was not heard of for so long is taken for dead.
CLAIM = timedelta(minutes=5)

State = Regrade.State

_recount: Callable[[Learner], None] | None = None


class NothingToRegrade(Exception):
    """Every attempt was graded by the exercise's present checks."""


class NotReady(Exception):
    """The regrade is not waiting for this decision. The message says what it is at."""


class ChecksBroken(Exception):
    """The exercise's checks cannot be run. The message says why."""


class NobodyCounts(RuntimeError):
    """No recount was given: the platform was not wired."""


def use_recount(recount: Callable[[Learner], None]) -> None:
    """Have `recount` (of lms.progress) make again what is counted of a learner whose verdicts changed."""
    global _recount
    _recount = recount


def affected(exercise: Exercise) -> QuerySet[Submission]:
    """Return the graded attempts that the exercise's present starter and checks have not seen."""
    attempts = Submission.objects.filter(exercise=exercise, state__in=GRADED, cleared_at=None)
    return attempts.exclude(exercise_digest=exercise.digest)


@transaction.atomic
def begin_regrade(exercise: Exercise, *, user: Any) -> Regrade:
    """Begin to grade earlier attempts again, or return the regrade that is open already.

    Which attempts those are is noted by the first steps of the work, not here. Raises NothingToRegrade. The
    caller sends it to the queue once it is committed.
    """
    # The exercise's row is the lock: of two at once one begins, and the other one is given that. It is read
    # with it, as somebody may have published other checks since.
    exercise = Exercise.objects.select_for_update(no_key=True).get(pk=exercise.pk)
    if exercise.live_revision_id is None:
        raise NothingToRegrade("The exercise is not published.")
    opened = Regrade.objects.filter(exercise=exercise, state__in=Regrade.OPEN).first()
    if opened is not None:
        return opened
    if not affected(exercise).exists():
        raise NothingToRegrade("Every attempt was graded by the present checks.")
    return Regrade.objects.create(
        exercise=exercise, revision_id=exercise.live_revision_id, digest=exercise.digest, requested_by=user
    )


def apply_regrade(regrade: Regrade, *, user: Any) -> None:
    """Let the new verdicts count. Raises NotReady. The caller sends it to the queue."""
    _decide(regrade, State.APPLYING, user, of=(State.READY,))


def discard_regrade(regrade: Regrade, *, user: Any) -> None:
    """Leave every attempt as it is; also before all are graded, which checks that break never are.

    Raises NotReady.
    """
    _decide(regrade, State.DISCARDED, user, of=(State.RUNNING, State.READY))


def try_regrade_again(regrade: Regrade) -> None:
    """Take up one that was set aside, where it stopped. Raises NotReady. The caller sends it to the queue."""
    aside = Regrade.objects.filter(pk=regrade.pk, state__in=Regrade.AT_WORK, claimed_until=None)
    if not aside.update(claimed_until=timezone.now(), faults=0, message=""):
        raise NotReady("It is tried again already, or somebody has decided about it.")


def work_on(regrade_id: int) -> bool:
    """Work for SLICE seconds; return whether there is more to do. Two at once do nothing twice."""
    now = timezone.now()
    free = Regrade.objects.filter(pk=regrade_id, state__in=Regrade.AT_WORK, claimed_until__lte=now)
    # Counted before it is tried: what ends each worker that takes it is a fault as well.
    if not free.update(claimed_until=now + CLAIM, message="", faults=F("faults") + 1):
        return False
    regrade = Regrade.objects.select_related("exercise", "revision").get(pk=regrade_id)
    if regrade.faults > MOST_FAULTS:
        return _set_aside(regrade, GIVEN_UP)
    try:
        values = _step(regrade)
    except GraderUnavailable as unavailable:
        return _wait_for_the_jail(regrade, unavailable)
    except ChecksBroken as broken:
        logger.error("regrade %s: %s", regrade_id, broken)
        anew = "Leave everything as it is, mend and publish them, and grade earlier attempts again."
        return _note_fault(regrade, again=f"{broken} It is tried again.", at_last=f"{broken} {anew}")
    except Exception:
        logger.exception("regrade %s failed", regrade_id)
        return _note_fault(regrade, again=TRIED_AGAIN, at_last=GIVEN_UP)
    _mine(regrade).update(claimed_until=timezone.now(), faults=0, **values)
    return "state" not in values


def abandoned(now: datetime) -> list[int]:
    """Return the regrades that nobody works on: their message was lost, or their worker died.

    Each comes once in RETRY_AFTER: behind a long queue, every look would add a message for it otherwise.
    """
    left = Regrade.objects.filter(state__in=Regrade.AT_WORK, claimed_until__lt=now - RETRY_AFTER)
    found = list(left.values_list("pk", flat=True))
    return [pk for pk in found if left.filter(pk=pk).update(claimed_until=now)]


def _decide(regrade: Regrade, state: str, user: Any, *, of: tuple[str, ...]) -> None:
    now = timezone.now()
    undecided = Regrade.objects.filter(pk=regrade.pk, state__in=of)
    if not undecided.update(state=state, decided_by=user, decided_at=now, claimed_until=now, message=""):
        raise NotReady("Somebody has decided about it already, or it is still being graded.")


def _wait_for_the_jail(regrade: Regrade, why: GraderUnavailable) -> bool:
    """Say what it waits for. Beat sends it again; an outage counts as no fault."""
    message = f"Nothing can be graded on this server now, because {why}"
    _mine(regrade).update(message=message, faults=regrade.faults - 1, claimed_until=timezone.now())
    return False


def _note_fault(regrade: Regrade, *, again: str, at_last: str) -> bool:
    if regrade.faults >= MOST_FAULTS:
        return _set_aside(regrade, at_last)
    _mine(regrade).update(message=again, claimed_until=timezone.now() + wait_after(regrade.faults))
    return False


def _set_aside(regrade: Regrade, message: str) -> bool:
    """Leave it as it is, with all that is graded or written: to be tried again, or to be discarded."""
    logger.error("regrade %s is not tried again by itself", regrade.pk)
    _mine(regrade).update(message=message, claimed_until=None)
    return False


def _mine(regrade: Regrade) -> QuerySet[Regrade]:
    return Regrade.objects.filter(pk=regrade.pk, state=regrade.state)


def _step(regrade: Regrade) -> dict[str, Any]:
    """Work for SLICE seconds; return what that changes of the regrade."""
    if regrade.state == State.APPLYING:
        return {"state": State.APPLIED} if _apply_some(regrade) else {}
    if regrade.listed_at is None:
        return {"listed_at": timezone.now()} if _list_some(regrade) else {}
    return {"state": State.READY} if _grade_some(regrade) else {}


def _list_some(regrade: Regrade) -> bool:
    """Note the next attempts that are to be graded again; return whether those were all.

    They are of before the regrade: what is handed in meanwhile has seen its checks, or later ones.
    """
    earlier = Submission.objects.filter(
        exercise=regrade.exercise_id,
        state__in=GRADED,
        cleared_at=None,
        created_at__lt=regrade.created_at,
    ).exclude(exercise_digest=regrade.digest)
    end = time.monotonic() + SLICE
    while _mine(regrade).exists():
        noted = regrade.attempts.order_by("-submission_id").values_list("submission_id", flat=True)
        last = noted.first()
        left = earlier if last is None else earlier.filter(pk__gt=last)
        rows = list(left.order_by("pk").values_list("pk", "files", "exercise_digest", "state")[:BATCH])
        Regraded.objects.bulk_create((_regraded(regrade, *row) for row in rows), ignore_conflicts=True)
        if len(rows) < BATCH:
            return True
        if time.monotonic() >= end:
            break
    return False


def _grade_some(regrade: Regrade) -> bool:
    exercise: Exercise = regrade.revision.as_object()
    grader, end = jail(), time.monotonic() + SLICE
    while time.monotonic() < end:
        left = regrade.attempts.filter(state="").select_related("submission").order_by("pk")
        attempt = left.first()
        if attempt is None:
            return True
        verdict = _verdict(grader, exercise, attempt)
        # All that have handed in the same files, unless somebody has discarded it by now.
        alike = regrade.attempts.filter(state="", files_digest=attempt.files_digest)
        written = alike.filter(regrade__state=State.RUNNING).update(
            state=verdict.state,
            checks=[check.to_json() for check in verdict.checks],
            message=verdict.message,
            output=verdict.output,
            duration_ms=verdict.duration_ms,
        )
        if not written:
            break
    return not regrade.attempts.filter(state="").exists()


def _verdict(grader: Jail, exercise: Exercise, attempt: Regraded) -> Verdict:
    try:
        project = complete_project(exercise, attempt.submission.files)
    except InvalidProject as error:
        return Verdict(state="error", message=str(error))
    verdict = grade(grader, project, exercise.checks, time_limit=exercise.time_limit)
    if verdict.state == "ours":
        # An outage would have been raised.
        raise ChecksBroken(verdict.message)
    return verdict


def _apply_some(regrade: Regrade) -> bool:
    left = regrade.attempts.filter(applied_at__isnull=True)
    end = time.monotonic() + SLICE
    while time.monotonic() < end:
        found = left.select_related("submission").defer("submission__files", "submission__output")
        batch = list(found.order_by("pk")[:BATCH])
        if not batch:
            return True
        for attempts in _by_learner(batch):
            _apply_to_one(regrade, attempts)
            if time.monotonic() >= end:
                break
    return not left.exists()


def _by_learner(batch: list[Regraded]) -> Iterable[list[Regraded]]:
    found: dict[int, list[Regraded]] = defaultdict(list)
    for attempt in batch:
        found[attempt.submission.learner_id].append(attempt)
    return found.values()


@transaction.atomic
def _apply_to_one(regrade: Regrade, attempts: list[Regraded]) -> None:
    """Let new verdicts count for one learner, together with what is counted of them."""
    for attempt in attempts:
        _apply_one(regrade, attempt)
    otherwise = [attempt.submission_id for attempt in attempts if _counts_otherwise(attempt)]
    if otherwise:
        _count_again(otherwise)


def _counts_otherwise(attempt: Regraded) -> bool:
    """Whether the verdict is another, or other checks failed. The submission is as it was read before."""
    before = failed_checks(attempt.submission.checks)
    return attempt.state != attempt.state_before or failed_checks(attempt.checks) != before


def _count_again(submissions: list[UUID]) -> None:
    if _recount is None:
        raise NobodyCounts("No recount is wired: lms.progress has to be installed.")
    # Read now: a visitor may have signed in since the attempts were read.
    for learner in Learner.objects.filter(submissions__in=submissions).distinct():
        _recount(learner)


def _apply_one(regrade: Regrade, attempt: Regraded) -> None:
    # One that another regrade has moved on meanwhile is left to that one.
    still = Submission.objects.filter(pk=attempt.submission_id, exercise_digest=attempt.digest_before)
    still.update(
        state=attempt.state,
        checks=attempt.checks,
        message=attempt.message,
        output=attempt.output,
        duration_ms=attempt.duration_ms,
        exercise_digest=regrade.digest,
        exercise_revision_id=regrade.revision_id,
    )
    Regraded.objects.filter(pk=attempt.pk).update(applied_at=timezone.now())


def _regraded(regrade: Regrade, pk: Any, files: Any, digest: str, state: str) -> Regraded:
    text = json.dumps(files, sort_keys=True).encode()
    return Regraded(
        regrade=regrade,
        submission_id=pk,
        files_digest=hashlib.sha256(text).hexdigest(),
        digest_before=digest,
        state_before=state,
    )
