"""What learners type, kept on the server, so that it is there on another machine."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from content.models import Exercise
from lms.accounts.models import Learner
from lms.grading.models import Draft
from lms.grading.projects import check_learner_files


class DraftConflict(Exception):
    """Somebody has saved a later version; `draft` is that one."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("This exercise was changed in another tab or on another machine.")
        self.draft = draft


def find_draft(exercise: Exercise, learner: Learner | None) -> Draft | None:
    return Draft.objects.filter(learner=learner, exercise=exercise).first() if learner else None


def save_draft(*, learner: Learner, exercise: Exercise, files: Any, version: int) -> Draft:
    """Store `files` (changes against the starter; empty for none) and return the draft with its new version.

    `version` is the one that these files began from, 0 for none. Raises InvalidProject and DraftConflict.
    """
    clean = {} if files == {} else check_learner_files(exercise, files)
    with transaction.atomic():
        # The learner's row is the lock: of two tabs that save their first version at once, one has to lose.
        Learner.objects.select_for_update().get(pk=learner.pk)
        draft = Draft.objects.filter(learner=learner, exercise=exercise).first()
        if draft is None:
            return Draft.objects.create(learner=learner, exercise=exercise, files=clean)
        if draft.files == clean:
            return draft
        if draft.version != version:
            raise DraftConflict(draft)
        draft.files = clean
        draft.version += 1
        draft.save()
    return draft


def move_drafts(visitor: Learner, account: Learner) -> None:
    """Give the account the visitor's drafts; of two for one exercise the one that was changed last stays."""
    mine = {draft.exercise_id: draft for draft in Draft.objects.filter(learner=account)}
    for draft in Draft.objects.filter(learner=visitor):
        other = mine.get(draft.exercise_id)
        if other is not None and other.updated_at >= draft.updated_at:
            continue
        version = draft.version
        if other is not None:
            version = max(version, other.version) + 1
            other.delete()
        Draft.objects.filter(pk=draft.pk).update(learner=account, version=version)
