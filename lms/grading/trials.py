"""Trials: an author checks a draft in the workspace. Nobody's progress, figures or class know of it.

A trial is graded by the draft as it stands when Check is pressed: files, checks and how it boots.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.permissions import policy_registry

from content.models import Exercise
from lms.accounts.models import User
from lms.grading.models import Trial
from lms.grading.projects import check_learner_files
from lms.grading.tasks import send_trial

NEWER = "You checked this draft again before this was graded."


class NothingToGrade(Exception):
    """The draft lacks what a grade takes. The message is for its author."""


def may_try(user: Any) -> bool:
    """Whether the user may open drafts of exercises in the workspace: who may change them, in the admin."""
    policy = policy_registry.get_by_type(Exercise)
    return user.has_perm("wagtailadmin.access_admin") and policy.user_has_permission(user, "change")


def draft_of(exercise: Exercise) -> Exercise:
    """Return the exercise as its latest draft says, published or not."""
    draft: Exercise = exercise.get_latest_revision_as_object()
    return draft


def try_draft(*, author: User, exercise: Exercise, files: Any, now: datetime | None = None) -> Trial:
    """Have `files` (path to text) graded by the exercise's latest draft, once that is committed.

    The author's earlier trials of it go; one that is not graded yet is cancelled. Raises InvalidProject and
    NothingToGrade.
    """
    draft = draft_of(exercise)
    if not draft.checks.strip():
        raise NothingToGrade("The draft has no checks yet: there is nothing to grade with.")
    clean = check_learner_files(draft, files)
    with transaction.atomic():
        # The author's row is the lock: of two tabs that check at once, the later one counts.
        User.objects.select_for_update().get(pk=author.pk)
        mine = Trial.objects.filter(author=author, exercise=exercise)
        mine.exclude(state__in=Trial.UNFINISHED).delete()
        for waiting in mine:
            cancel_trial(waiting, message=NEWER, now=now)
        trial = Trial.objects.create(
            author=author, exercise=exercise, digest=draft.grading_digest(), files=clean
        )
        transaction.on_commit(lambda: send_trial(str(trial.pk)))
    return trial


def latest_trial(author: User, draft: Exercise) -> Trial | None:
    """Return the author's latest trial of exactly this state of the draft."""
    mine = Trial.objects.filter(author=author, exercise=draft.pk, digest=draft.grading_digest())
    return mine.select_related("exercise").order_by("-created_at").first()


def cancel_trial(trial: Trial, *, message: str = "", now: datetime | None = None) -> bool:
    """Cancel a trial that is not finished; return whether there was something to cancel."""
    unfinished = Trial.objects.filter(pk=trial.pk, state__in=Trial.UNFINISHED)
    changed = unfinished.update(
        state=Trial.State.CANCELLED, message=message, finished_at=now or timezone.now(), claim=None
    )
    return bool(changed)
