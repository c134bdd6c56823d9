"""Whether an exercise keeps its promises, and what waits for that: publishing, a review.

Its solution and what is also right pass, its starter boots and fails, each wrong case is caught. The jail
that says so is beyond this package: `lms.grading` gives the verb that has a run made (`use_runner`), and
calls `conclude` with what came of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from content.exercises import ExerciseFiles

if TYPE_CHECKING:
    from content.models import Exercise, Verification

logger = logging.getLogger(__name__)

_run: Callable[[Verification], None] | None = None


class NotVerified(Exception):
    """This state of the exercise was not verified, or did not hold."""

    def __init__(self, exercise: ExerciseFiles) -> None:
        super().__init__(f"{exercise.name} has to be verified before it is published.")


class NobodyVerifies(RuntimeError):
    """No runner was given: the platform was not wired."""


def use_runner(run: Callable[[Verification], None]) -> None:
    """From now on `run` is called, after the commit, with each verification that was begun."""
    global _run
    _run = run


def is_verified(exercise: ExerciseFiles) -> bool:
    """Whether exactly this was verified, and held."""
    return _verifications().filter(digest=exercise.verification_digest(), state="passed").exists()


def require(exercise: ExerciseFiles) -> None:
    """Raise NotVerified unless exactly this was verified, and held."""
    if not is_verified(exercise):
        raise NotVerified(exercise)


def latest(exercise: Exercise) -> Verification | None:
    """Return the latest verification of exactly this state of the exercise."""
    of_it = _verifications().filter(exercise_id=exercise.pk, digest=exercise.verification_digest())
    return of_it.order_by("-created_at").first()


def begin(exercise: Exercise, revision: Any, *, user: Any, then: str = "") -> Verification:
    """Have the cases of `revision`, which holds `exercise`, graded; then do what `then` says for `user`."""
    if _run is None:
        raise NobodyVerifies("No verifier is wired: lms.grading has to be installed.")
    run = _run
    with transaction.atomic():
        verification = _verifications().create(
            exercise_id=exercise.pk,
            revision=revision,
            digest=exercise.verification_digest(),
            then=then,
            requested_by=user,
            total=len(list(exercise.cases())),
        )
        transaction.on_commit(lambda: run(verification))
    return verification


@transaction.atomic
def conclude(verification: Verification) -> None:
    """Write down whether every case held and, if so, do what was waiting for it: both, or neither.

    All cases are graded. What may not be done, or not any more, is written down as that. Where anything else
    goes wrong nothing is written, the error goes on, and this may be called again. Nothing is done twice,
    nor for a worker whose claim somebody else has.
    """
    mine = _verifications().filter(pk=verification.pk, claim=verification.claim, finished_at=None)
    row = mine.select_for_update().first()
    if row is None:
        return
    row.state = row.State.FAILED if row.broken else row.State.PASSED
    row.finished_at, row.claim, row.message = timezone.now(), None, ""
    # Before the act: whoever publishes asks for a row that says so.
    row.save(update_fields=["state", "finished_at", "claim", "message"])
    if row.then and not row.broken:
        _do_what_waited(row)


def _do_what_waited(verification: Verification) -> None:
    try:
        with transaction.atomic():
            _ACTS[verification.then](verification)
    except (PermissionDenied, NotVerified, _Overtaken) as error:
        verification.message = (
            f"Every case holds, but this was not done: {verification.get_then_display()}. {error}"
        )
        logger.warning("verification %s: %s", verification.pk, verification.message)
    else:
        verification.done_at = timezone.now()
    verification.save(update_fields=["message", "done_at"])


class _Overtaken(Exception):
    """Somebody did something else meanwhile."""


def _publish(verification: Verification) -> None:
    verification.exercise.refresh_from_db(fields=["live_revision"])
    live = verification.exercise.live_revision
    if live is not None and live.created_at > verification.revision.created_at:
        raise _Overtaken("A later version is published already.")
    verification.revision.publish(user=_asker(verification))


def _submit(verification: Verification) -> None:
    exercise, user = _fresh(verification), _asker(verification)
    state = exercise.current_workflow_state
    if state is not None and state.status == state.STATUS_NEEDS_CHANGES:
        state.resume(user)
    elif exercise.workflow_in_progress:
        raise _Overtaken("It is in review already.")
    else:
        exercise.get_workflow().start(exercise, user)


def _approve(verification: Verification) -> None:
    exercise, user = _fresh(verification), _asker(verification)
    task_state = exercise.current_workflow_task_state
    if task_state is None:
        raise _Overtaken("It is not in review any more.")
    if verification.exercise.latest_revision_id != verification.revision_id:
        # Wagtail publishes the latest draft, and that is not the one that was read.
        raise _Overtaken("It has been changed since.")
    if "approve" not in [name for name, *_ in task_state.task.specific.get_actions(exercise, user)]:
        raise PermissionDenied("You may not approve it.")
    task_state.specific.approve(user=user)


_ACTS: dict[str, Callable[[Verification], None]] = {
    "publish": _publish,
    "submit": _submit,
    "approve": _approve,
}


def _asker(verification: Verification) -> Any:
    if verification.requested_by is None:
        raise _Overtaken("Whoever asked for it is gone.")
    return verification.requested_by


def _fresh(verification: Verification) -> Any:
    """Return the exercise as its latest revision has it: that is what a review is about."""
    verification.exercise.refresh_from_db()
    return verification.exercise.get_latest_revision_as_object()


def _verifications() -> Any:
    # By name: the models ask here whether they may be published.
    return apps.get_model("content", "Verification").objects
