"""The machine's clock jumps: nothing is graded twice, nothing waits for a time that was never real."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from lms.grading.models import Submission
from lms.grading.run import claim, run_next
from lms.grading.submit import submit
from lms.grading.tasks import enqueue_left_over
from lms.grading.tests.factories import SOLUTION, ExerciseFactory, LearnerFactory
from sandbox.jail import Verdict

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


class Clock:
    """What `timezone.now` says: the machine's clock, set forward or back."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._real = timezone.now

    def __call__(self) -> datetime:
        return self._real() + self.ahead


@pytest.fixture
def clock():
    found = Clock()
    with patch("django.utils.timezone.now", found):
        yield found


@pytest.fixture
def sent():
    with patch("lms.grading.tasks.send", return_value=True) as send:
        yield send


def a_submission() -> Submission:
    return submit(learner=LearnerFactory(), exercise=ExerciseFactory(), files={"greetings.py": SOLUTION})


def state(row: Submission) -> str:
    return Submission.objects.get(pk=row.pk).state


def test_forward_in_the_middle_of_a_grade_there_is_one_result(clock, sent):
    row = a_submission()

    def judge(submission: Submission) -> Verdict:
        if submission.tries == 1:
            # The clock jumps, beat takes this worker for dead, and another one grades to the end.
            clock.ahead = HOUR
            enqueue_left_over()
            assert run_next()
            return Verdict(state="failed", message="late")
        return Verdict(state="passed")

    with patch("lms.grading.run._judge", judge):
        run_next()
    row.refresh_from_db()
    assert (row.state, row.tries, row.message) == ("passed", 2, "")


def test_back_a_worker_that_died_is_noticed_all_the_same(clock, sent):
    clock.ahead = HOUR
    row = a_submission()
    assert claim(str(row.pk))  # and here the worker dies
    clock.ahead = timedelta()
    enqueue_left_over()
    assert state(row) == "queued"


def test_back_a_message_that_was_lost_is_sent_again(clock, sent):
    clock.ahead = HOUR
    row = a_submission()
    clock.ahead = timedelta()
    assert enqueue_left_over() == 1
    sent.assert_called_with(str(row.pk))


def test_back_what_is_tried_again_by_itself_does_not_wait_an_hour(clock, sent):
    clock.ahead = HOUR
    row = a_submission()
    run_next()  # there is no jail
    assert state(row) == "ours"
    clock.ahead = timedelta()
    assert enqueue_left_over() == 1
    assert state(row) == "queued"


def test_back_a_grade_that_is_at_work_keeps_its_claim(clock, sent):
    row = a_submission()
    clock.ahead = -timedelta(seconds=5)  # as when a server of time corrects it
    assert claim(str(row.pk))
    clock.ahead = timedelta(seconds=-10)
    enqueue_left_over()
    assert state(row) == "running"


def test_without_a_jump_nothing_is_sent_early(clock, sent):
    waiting, running, refused = a_submission(), a_submission(), a_submission()
    assert claim(str(running.pk))
    Submission.objects.filter(pk=refused.pk).update(
        state="ours", retry_at=timezone.now() + timedelta(minutes=15)
    )
    assert enqueue_left_over() == 0
    assert [state(row) for row in (waiting, running, refused)] == ["queued", "running", "ours"]


def test_back_the_queue_goes_on_and_those_who_come_later_are_not_kept_for_ever(clock, sent):
    clock.ahead = HOUR
    early = a_submission()
    clock.ahead = timedelta()
    late = a_submission()
    with patch("lms.grading.run._judge", return_value=Verdict(state="passed")):
        assert run_next() and run_next()
    assert [state(early), state(late)] == ["passed", "passed"]
