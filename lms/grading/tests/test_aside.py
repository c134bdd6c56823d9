"""What fails again and again by a fault of ours is kept, and tried again when an administrator wants it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.groups import ADMINISTRATORS, TEACHERS, ensure_roles
from lms.accounts.models import User
from lms.grading.aside import MOST_FAULTS
from lms.grading.models import Submission
from lms.grading.run import run, run_next
from lms.grading.tasks import enqueue_left_over
from lms.grading.tests.factories import SOLUTION, ExerciseFactory, LearnerFactory
from sandbox.jail import Verdict

pytestmark = pytest.mark.django_db


def a_submission(**fields) -> Submission:
    return Submission.objects.create(
        learner=LearnerFactory(), exercise=ExerciseFactory(), files={"greetings.py": SOLUTION}, **fields
    )


def graded(submission: Submission) -> Submission:
    run(str(submission.pk))
    return Submission.objects.get(pk=submission.pk)


def messages_sent() -> list[str]:
    with patch("lms.grading.tasks.grade_submission.delay") as delay:
        enqueue_left_over()
    return [call.args[0] for call in delay.call_args_list]


def as_one_of(role: str) -> Client:
    client, user = Client(), User.objects.create_user(f"{role}@example.org".lower(), "x", is_staff=True)
    user.groups.add(ensure_roles()[role])
    client.force_login(user)
    return client


@pytest.fixture
def passes():
    with patch("lms.grading.run.grade", return_value=Verdict(state="passed")), patch("lms.grading.run.jail"):
        yield


def test_a_verdict_that_cannot_be_written_is_tried_again_and_not_for_ever(passes, caplog):
    submission = a_submission()
    with patch("lms.grading.run.count_attempt", side_effect=RuntimeError("no such column")):
        first = graded(submission)
        assert (first.state, first.faults, first.claim) == ("ours", 1, None)
        assert "graded by itself" in first.message
        assert first.retry_at is not None
        Submission.objects.update(faults=MOST_FAULTS - 1)
        last = graded(submission)
    assert (last.state, last.retry_at, last.finished_at) == ("ours", None, None)
    assert "by itself" not in last.message
    assert "Your work is kept" in last.message
    assert "no such column" in caplog.text
    assert last.files == {"greetings.py": SOLUTION}
    assert messages_sent() == []


def test_an_outage_is_no_fault_however_long_it_lasts(settings):
    settings.JAIL_SOCKET = ""
    submission = graded(a_submission(faults=MOST_FAULTS, tries=500))
    assert (submission.faults, submission.retry_at is None) == (MOST_FAULTS, False)


def test_what_ends_each_worker_that_takes_it_is_left_alone_at_last():
    past = timezone.now() - timedelta(seconds=1)
    submission = a_submission(state="running", claim=uuid.uuid4(), claimed_until=past)
    assert messages_sent() == [str(submission.pk)]
    assert Submission.objects.get().faults == 1
    Submission.objects.update(
        state="running", claim=uuid.uuid4(), claimed_until=past, faults=MOST_FAULTS, retry_at=past
    )
    assert messages_sent() == []
    assert Submission.objects.values_list("state", "retry_at").get() == ("ours", None)


def test_an_administrator_sees_it_and_has_it_graded(passes, settings, django_assert_max_num_queries):
    settings.STAFF_SECOND_FACTOR = False
    left = a_submission(state="ours", retry_at=None, faults=MOST_FAULTS, message="again and again")
    a_submission()
    client, listing = as_one_of(ADMINISTRATORS), reverse("admin:grading_submission_changelist")
    with django_assert_max_num_queries(20):
        page = client.get(listing).content.decode()
    assert "again and again" in page
    assert "1 submission" in page
    one = client.get(reverse("admin:grading_submission_change", args=[left.pk]))
    assert str(left.pk) in one.content.decode()
    chosen = {"action": "grade_again", "_selected_action": [str(left.pk)]}
    answer = client.post(listing, chosen, follow=True)
    assert "1 are graded again" in answer.content.decode()
    assert messages_sent() == [str(left.pk)]
    left.refresh_from_db()
    assert (left.state, left.faults) == ("queued", 0)
    Submission.objects.exclude(pk=left.pk).delete()
    assert run_next()
    left.refresh_from_db()
    assert left.state == "passed"


def test_nobody_else_gets_there(settings):
    settings.STAFF_SECOND_FACTOR = False
    left = a_submission(state="ours", retry_at=None)
    client = as_one_of(TEACHERS)
    assert client.get(reverse("admin:grading_submission_changelist")).status_code == 403
    client.post(
        reverse("admin:grading_submission_changelist"),
        {"action": "grade_again", "_selected_action": [str(left.pk)]},
    )
    left.refresh_from_db()
    assert left.retry_at is None
