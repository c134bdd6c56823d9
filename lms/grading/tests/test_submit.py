from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from lms.grading.models import Submission
from lms.grading.submit import MOST_A_MINUTE, MOST_UNFINISHED, TooManySubmissions, cancel, submit
from lms.grading.tests.factories import SOLUTION, ExerciseFactory, LearnerFactory
from sandbox.jail import InvalidProject

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    with patch("lms.grading.tasks.grade_submission.delay") as delay:
        yield delay


def test_a_submission_is_stored_and_enqueued_once_it_is_committed(sent, django_capture_on_commit_callbacks):
    exercise = ExerciseFactory()
    with django_capture_on_commit_callbacks(execute=True):
        submission = submit(learner=LearnerFactory(), exercise=exercise, files={"greetings.py": SOLUTION})
        sent.assert_not_called()
    sent.assert_called_once_with(str(submission.pk))
    assert submission.state == "queued"
    assert submission.exercise_digest == exercise.digest
    assert submission.files == {"greetings.py": SOLUTION}


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (None, "no files"),
        ({}, "no files"),
        ([], "no files"),
        ({"greetings.py": 7}, "not text"),
        ({"urls.py": None}, "cannot be removed"),
        ({"greetings.py": "a\0b"}, "NUL"),
        ({"greetings.py": "\ud800"}, "Unicode"),
        ({"../greetings.py": ""}, ".."),
        ({"/etc/passwd": ""}, "absolute"),
        ({"urls.py": ""}, "cannot be changed"),
        ({"greetings.py": "x" * 300_000}, "larger"),
        ({"": "x"}, "no name"),
    ],
)
def test_files_that_cannot_be_graded_are_refused_with_the_reason(files: Any, complaint: str):
    with pytest.raises(InvalidProject, match=complaint):
        submit(learner=LearnerFactory(), exercise=ExerciseFactory(), files=files)
    assert not Submission.objects.exists()


def test_a_file_of_the_starter_can_be_removed(sent):
    files = {"greetings.py": None}
    assert submit(learner=LearnerFactory(), exercise=ExerciseFactory(), files=files).files == files


def test_only_a_few_may_wait_at_once(sent):
    learner, exercise = LearnerFactory(), ExerciseFactory()
    for _ in range(MOST_UNFINISHED):
        submit(learner=learner, exercise=ExerciseFactory(), files={"greetings.py": SOLUTION})
    with pytest.raises(TooManySubmissions, match="3 of your submissions are still being graded"):
        submit(learner=learner, exercise=exercise, files={"greetings.py": SOLUTION})
    submit(learner=LearnerFactory(), exercise=exercise, files={"greetings.py": SOLUTION})


def test_a_flood_is_told_for_how_long_to_wait(sent):
    learner, exercise = LearnerFactory(), ExerciseFactory()
    now = timezone.now()
    Submission.objects.bulk_create(
        Submission(learner=learner, exercise=exercise, files={}, state="failed", finished_at=now)
        for _ in range(MOST_A_MINUTE)
    )
    later = Submission.objects.latest("created_at").created_at + timedelta(seconds=20)
    with pytest.raises(
        TooManySubmissions, match=r"30 times in a minute. Try again in 40 seconds."
    ) as refused:
        submit(learner=learner, exercise=exercise, files={"greetings.py": SOLUTION}, now=later)
    assert refused.value.seconds == 40
    later += timedelta(seconds=41)
    assert submit(learner=learner, exercise=exercise, files={"greetings.py": SOLUTION}, now=later)


def test_a_submission_is_cancelled_once_and_never_after_its_verdict():
    submission = Submission.objects.create(learner=LearnerFactory(), exercise=ExerciseFactory(), files={})
    assert cancel(submission)
    assert not cancel(submission)
    submission.refresh_from_db()
    assert submission.state == "cancelled"
