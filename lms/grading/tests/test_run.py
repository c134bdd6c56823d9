"""Grading with the real jail: what a row becomes, and who may write it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from content.models import Verification
from lms.classes.models import Tally
from lms.grading.models import Regrade, Submission
from lms.grading.run import claim, run, run_next
from lms.grading.submit import cancel
from lms.grading.tasks import enqueue_after_restart, enqueue_left_over
from lms.grading.tests.factories import SOLUTION, STARTER, ExerciseFactory, LearnerFactory
from sandbox.jail import CheckResult, Verdict, grade, start_jail

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def jail_socket():
    with start_jail() as jail:
        yield str(jail.socket_path)


@pytest.fixture
def jail(jail_socket, settings):
    settings.JAIL_SOCKET = jail_socket


def a_submission(text: str = SOLUTION, **fields) -> Submission:
    return Submission.objects.create(
        learner=LearnerFactory(), exercise=ExerciseFactory(), files={"greetings.py": text}, **fields
    )


def graded(submission: Submission) -> Submission:
    run(str(submission.pk))
    submission.refresh_from_db()
    return submission


def test_a_right_answer_passes_check_by_check(jail):
    seen = []
    look = patch(
        "lms.grading.run.announce", lambda row: seen.append(Submission.objects.get(pk=row.pk).checks)
    )
    with look, patch("lms.grading.run.TELL_EVERY", 0.0):
        submission = graded(a_submission())
    assert submission.state == "passed"
    assert [(check["name"], check["status"]) for check in submission.checks] == [
        ("test_answers", "passed"),
        ("test_greets", "passed"),
    ]
    assert submission.finished_at is not None
    states = [tuple(check["status"] for check in checks) for checks in seen]
    assert ("passed", "pending") in states, "the first check is told before the second one ends"


def test_a_quick_grade_is_told_once_and_a_slow_one_while_it_runs(jail):
    told = []
    look = patch("lms.grading.run.announce", lambda row: told.append(row.pk))
    with look, patch("lms.grading.run.TELL_EVERY", 60.0):
        with patch("lms.grading.run.grade", ends_at_once):
            graded(a_submission())
        assert len(told) == 2, "that it began, and how it ended"
        told.clear()
        with patch("lms.grading.run.grade", waits_after_its_first_check):
            graded(a_submission())
    assert len(told) == 3


def test_a_verdict_is_told_as_the_row_has_it_once_it_is_there(jail):
    told = []

    def tell(submission):
        if submission.is_finished:
            row = Submission.objects.select_related("exercise").get(pk=submission.pk)
            told.append((submission.to_json(), row.to_json()))

    with patch("lms.grading.run.announce", tell):
        graded(a_submission(STARTER))
    [(said, kept)] = told
    assert said == kept
    assert said["state"] == "failed"
    assert said["checks"][0]["traces"]


def ends_at_once(*args, on_check, **kwargs):
    """A grade that is over before the supervisor asks for the first time whether to go on."""
    for name in ("test_a", "test_b"):
        on_check(CheckResult(name=name, title="A", status="passed"))
    return Verdict(state="passed")


def waits_after_its_first_check(*args, on_check, should_stop, **kwargs):
    """A grade whose second check takes long: the supervisor asks now and then whether to go on."""
    on_check(CheckResult(name="test_a", title="A", status="passed"))
    assert not should_stop()
    assert Submission.objects.get(state="running").checks[0]["status"] == "passed"
    return ends_at_once(on_check=on_check)


def test_a_visitor_signs_in_while_their_work_is_graded(jail):
    submission, account = a_submission(), LearnerFactory()

    def sign_in(*args, **kwargs):
        verdict = grade(*args, **kwargs)
        Submission.objects.update(learner=account)
        submission.learner.delete()
        return verdict

    with patch("lms.grading.run.grade", sign_in):
        assert graded(submission).state == "passed"
    tally = Tally.objects.get()
    assert (tally.learner, tally.attempts) == (account, 1)


def test_a_wrong_answer_fails_with_what_was_expected_and_what_came(jail):
    submission = graded(a_submission(STARTER))
    assert submission.state == "failed"
    check = submission.checks[1]
    assert check["status"] == "failed"
    assert "hello" in check["expected"]
    assert "nothing yet" in check["got"]
    assert "HttpResponse" in check["concept"]


def test_code_that_does_not_boot_is_the_learners_error_with_file_and_line(jail):
    submission = graded(a_submission("def hello(request:\n    pass\n"))
    assert submission.state == "error"
    assert "greetings.py" in submission.message
    assert {check["status"] for check in submission.checks} == {"not_run"}


def test_without_a_jail_the_work_is_kept_and_graded_later(settings, jail_socket):
    settings.JAIL_SOCKET = ""
    submission = graded(a_submission())
    assert submission.state == "ours"
    assert "unavailable" in submission.message
    assert submission.finished_at is None
    Submission.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    settings.JAIL_SOCKET = jail_socket
    with patch("lms.grading.tasks.grade_submission.delay", lambda pk: run_next()):
        assert enqueue_left_over() == 1
    submission.refresh_from_db()
    assert submission.state == "passed"


def test_a_second_message_for_the_same_submission_changes_nothing(jail):
    submission = graded(a_submission())
    finished_at = submission.finished_at
    assert graded(submission).finished_at == finished_at
    assert submission.tries == 1


def test_nobody_takes_what_somebody_else_is_grading(jail):
    submission = a_submission()
    assert claim(str(submission.pk)) is not None
    assert claim(str(submission.pk)) is None


def test_a_claim_that_ran_out_is_taken_over_and_the_late_verdict_is_dropped(jail):
    submission = a_submission()
    first = claim(str(submission.pk))
    Submission.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    second = claim(str(submission.pk))
    assert first and second
    assert first.claim != second.claim
    with patch("lms.grading.run.claim", return_value=first):
        run(str(submission.pk))
    submission.refresh_from_db()
    assert submission.state == "running"
    assert submission.claim == second.claim


def test_a_cancelled_submission_stays_cancelled(jail):
    submission = a_submission()
    claimed = claim(str(submission.pk))
    cancel(submission)
    with patch("lms.grading.run.claim", return_value=claimed):
        run(str(submission.pk))
    submission.refresh_from_db()
    assert submission.state == "cancelled"


def test_after_a_restart_everything_unfinished_is_enqueued_once():
    queued = a_submission()
    running = a_submission(
        state="running", claim=uuid.uuid4(), claimed_until=timezone.now() + timedelta(hours=1)
    )
    ours = a_submission(state="ours", retry_at=timezone.now() + timedelta(hours=1))
    a_submission(state="passed", finished_at=timezone.now())
    with patch("lms.grading.tasks.grade_submission.delay") as delay:
        assert enqueue_after_restart() == 3
    assert {call.args[0] for call in delay.call_args_list} == {str(row.pk) for row in (queued, running, ours)}


def test_after_a_restart_regrades_and_verifications_are_free_at_once():
    exercise, later = ExerciseFactory(), timezone.now() + timedelta(minutes=5)
    exercise.publish_from_folder(exercise.save_revision())
    common = {"exercise": exercise, "revision": exercise.live_revision, "claimed_until": later}
    regrade = Regrade.objects.create(digest="x", **common)
    verification = Verification.objects.create(
        digest="x", total=1, state="running", claim=uuid.uuid4(), **common
    )
    assert enqueue_after_restart() == 0
    with (
        patch("lms.grading.tasks.regrade.delay") as regrades,
        patch("lms.grading.tasks.verify_exercise.delay") as verifications,
    ):
        enqueue_left_over()
    regrades.assert_called_once_with(regrade.pk)
    verifications.assert_called_once_with(verification.pk)


def test_a_claim_lasts_as_long_as_the_checks_that_it_was_made_on_may_take(settings):
    exercise = ExerciseFactory(time_limit=100)
    exercise.publish_from_folder(exercise.save_revision())
    made = Submission.objects.create(
        learner=LearnerFactory(),
        exercise=exercise,
        exercise_digest=exercise.digest,
        exercise_revision=exercise.live_revision,
        files={},
    )
    exercise.time_limit = 5
    exercise.save()
    exercise.publish_from_folder(exercise.save_revision())
    taken = claim(str(made.pk))
    assert taken is not None and taken.claimed_until is not None and taken.started_at is not None
    assert (taken.claimed_until - taken.started_at).total_seconds() == 100 + settings.GRADE_GRACE


def test_beat_enqueues_what_lost_its_message_and_leaves_the_rest():
    lost = a_submission()
    Submission.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    a_submission()
    a_submission(state="running", claim=uuid.uuid4(), claimed_until=timezone.now() + timedelta(minutes=1))
    with patch("lms.grading.tasks.grade_submission.delay") as delay:
        enqueue_left_over()
        enqueue_left_over()
    assert [call.args[0] for call in delay.call_args_list] == [str(lost.pk)]


def test_a_fault_of_the_platform_is_never_a_verdict(jail):
    submission = a_submission()
    with patch("lms.grading.run.grade", side_effect=RuntimeError("broken")):
        graded(submission)
    assert submission.state == "ours"
    assert "our side" in submission.message
