from __future__ import annotations

import pytest

from lms.grading.drafts import DraftConflict, find_draft, save_draft
from lms.grading.tests.factories import SOLUTION, ExerciseFactory, LearnerFactory
from sandbox.jail import InvalidProject

pytestmark = pytest.mark.django_db
FILES = {"greetings.py": SOLUTION}


def test_a_draft_is_kept_and_its_version_goes_up():
    learner, exercise = LearnerFactory(), ExerciseFactory()
    first = save_draft(learner=learner, exercise=exercise, files=FILES, version=0)
    second = save_draft(learner=learner, exercise=exercise, files={}, version=first.version)
    assert (first.version, second.version) == (1, 2)
    assert find_draft(exercise, learner).files == {}


def test_who_has_not_seen_the_latest_version_is_told_it():
    learner, exercise = LearnerFactory(), ExerciseFactory()
    save_draft(learner=learner, exercise=exercise, files=FILES, version=0)
    with pytest.raises(DraftConflict) as conflict:
        save_draft(learner=learner, exercise=exercise, files={"greetings.py": "other"}, version=0)
    assert conflict.value.draft.files == FILES
    assert find_draft(exercise, learner).files == FILES


def test_what_cannot_be_handed_in_is_no_draft():
    with pytest.raises(InvalidProject):
        save_draft(learner=LearnerFactory(), exercise=ExerciseFactory(), files={"urls.py": "x"}, version=0)
