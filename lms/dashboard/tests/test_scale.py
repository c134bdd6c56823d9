"""Made-up data is what real data would be, only more of it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from content.models import Exercise
from lms.accounts.models import Learner, User
from lms.classes.models import Cohort, FailurePattern, Figures, Membership
from lms.grading.models import Submission
from lms.progress.tests.test_recount import counts

pytestmark = pytest.mark.django_db


def make(**options) -> str:
    out = StringIO()
    call_command("make_scale_data", stdout=out, **{"exercises": 3, **options})
    return out.getvalue()


def test_as_many_as_asked_for_and_counted_as_the_grader_would(exercise: Exercise):
    out = make(learners=40, submissions=700)
    assert "Made 40 learners and 700 submissions" in out and "100 %" in out
    assert Learner.objects.count() == 40
    assert Submission.objects.count() == 700
    assert Exercise.objects.count() == 3
    assert Membership.objects.count() == 40
    make(learners=3, submissions=20)  # more of them
    assert (Learner.objects.count(), Submission.objects.count()) == (43, 720)
    kept = counts()
    call_command("recount", stdout=StringIO())
    # Nothing notes a place or an answer here, so that a lesson begins when something in it is done.
    made_again = counts()
    assert made_again[:2] == kept[:2]
    assert [(row["read"], row["missions"], row["passed"]) for row in made_again[2]] == [
        (row["read"], row["missions"], row["passed"]) for row in kept[2] if any(map(row.get, _DONE))
    ]


_DONE = ("read", "missions", "passed")


def test_it_goes_without_a_trace(exercise: Exercise):
    make(learners=5, submissions=50)
    call_command("make_scale_data", remove=True, stdout=StringIO())
    for model in (Learner, User, Cohort, Submission, FailurePattern, Figures):
        assert not model.objects.exists()
    assert Exercise.objects.count() == 1


def test_real_learners_are_not_mixed_with_made_up_ones_unasked(exercise: Exercise):
    Learner.objects.create()
    with pytest.raises(CommandError, match="1 learners who were not made up"):
        make(learners=5, submissions=50)
    make(learners=5, submissions=50, among_real_learners=True)
    assert Learner.objects.count() == 6


def test_without_a_course_there_is_nothing_to_do(db, settings, tmp_path):
    from content.tests.folders import write_syllabus

    settings.LESSONS_DIR = tmp_path
    write_syllabus(tmp_path)
    with pytest.raises(CommandError, match="load_lessons"):
        make(learners=1, submissions=1)
