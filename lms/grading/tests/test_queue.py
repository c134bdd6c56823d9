"""Who is graded when, how often, and what it costs as the queue grows."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError

from lms.grading.models import Submission
from lms.grading.queue import APART
from lms.grading.run import claim_next, run_next
from lms.grading.submit import MOST_UNFINISHED, cancel, submit
from lms.grading.tasks import enqueue_left_over, grade_submission
from lms.grading.tests.factories import SOLUTION, ExerciseFactory, LearnerFactory
from sandbox.jail import JailUnavailable, Verdict

pytestmark = pytest.mark.django_db
FILES = {"greetings.py": SOLUTION}
DELAY = "lms.grading.tasks.grade_submission.delay"


@pytest.fixture(autouse=True)
def sent():
    with patch(DELAY) as delay:
        yield delay


@pytest.fixture
def graded():
    """The ids of what was graded, in that order; everything passes."""
    order: list[str] = []

    def judge(submission):
        order.append(str(submission.pk))
        return Verdict(state="passed", message="All 1 checks passed.", duration_ms=1.0)

    with patch("lms.grading.run._judge", judge):
        yield order


def hand_in(learner=None, exercise=None, **fields) -> Submission:
    return submit(
        learner=learner or LearnerFactory(), exercise=exercise or ExerciseFactory(), files=FILES, **fields
    )


def a_queue_of(count: int) -> list[Submission]:
    """`count` learners who wait, made without asking one by one."""
    exercise, now = ExerciseFactory(), timezone.now() - timedelta(minutes=1)
    learners = LearnerFactory.create_batch(count)
    return Submission.objects.bulk_create(
        Submission(learner=learner, exercise=exercise, files=FILES, turn=now + timedelta(milliseconds=number))
        for number, learner in enumerate(learners)
    )


# --- Turns ------------------------------------------------------------------------------------


def test_a_burst_of_one_learner_does_not_delay_another(graded):
    busy = LearnerFactory()
    burst = [hand_in(busy) for _ in range(MOST_UNFINISHED)]
    others = [hand_in() for _ in range(3)]
    assert [submission.position() for submission in (*burst, *others)] == [1, 5, 6, 2, 3, 4]
    while run_next():
        pass
    first, *later = [str(submission.pk) for submission in burst]
    assert graded == [first, *(str(submission.pk) for submission in others), *later]


def test_who_is_being_graded_waits_longer_for_the_next():
    busy = LearnerFactory()
    hand_in(busy)
    running = claim_next()
    second, other = hand_in(busy), hand_in()
    assert running is not None
    assert second.turn == running.turn + APART
    assert (other.position(), second.position()) == (1, 2)


def test_who_waits_alone_is_not_punished_for_earlier_ones(graded):
    learner = LearnerFactory()
    for _ in range(5):
        before = timezone.now()
        assert hand_in(learner).turn - before < timedelta(seconds=1)
        assert run_next()


def test_nobody_waits_for_ever():
    busy, now = LearnerFactory(), timezone.now()
    last = [hand_in(busy, now=now) for _ in range(MOST_UNFINISHED)][-1]
    for second in range(60):
        hand_in(now=now + timedelta(seconds=second))
    assert last.position() <= 2 + 2 * APART.seconds + 1


def test_a_message_grades_whose_turn_it_is_and_one_too_many_grades_nothing(graded):
    first, second = hand_in(), hand_in()
    for pk in (second.pk, first.pk, second.pk, second.pk):
        grade_submission(str(pk))
    assert graded == [str(first.pk), str(second.pk)]


def test_two_workers_never_take_the_same(graded):
    hand_in()
    with patch("lms.grading.run.announce", lambda row: run_next()):
        assert run_next()
    assert len(graded) == 1


# --- A newer version --------------------------------------------------------------------------


def test_a_newer_version_takes_the_place_of_the_waiting_one(graded, django_capture_on_commit_callbacks):
    learner, exercise = LearnerFactory(), ExerciseFactory()
    old = hand_in(learner, exercise)
    other = hand_in()
    with (
        patch("lms.grading.submit.announce") as announce,
        django_capture_on_commit_callbacks(execute=True),
    ):
        new = hand_in(learner, exercise)
    old.refresh_from_db()
    assert (old.state, old.finished_at is not None) == ("cancelled", True)
    assert "newer version" in old.message
    assert [call.args[0].pk for call in announce.call_args_list] == [old.pk]
    assert (new.position(), other.position()) == (1, 2)
    while run_next():
        pass
    assert graded == [str(new.pk), str(other.pk)]


def test_what_is_being_graded_and_other_exercises_are_left_alone():
    learner, exercise = LearnerFactory(), ExerciseFactory()
    running = hand_in(learner, exercise)
    assert claim_next()
    elsewhere = hand_in(learner)
    somebody = hand_in(exercise=exercise)
    hand_in(learner, exercise)
    for submission, state in ((running, "running"), (elsewhere, "queued"), (somebody, "queued")):
        submission.refresh_from_db()
        assert submission.state == state


def test_a_newer_version_also_takes_the_place_of_one_that_waits_for_the_grader():
    learner, exercise = LearnerFactory(), ExerciseFactory()
    waiting = hand_in(learner, exercise)
    Submission.objects.update(state="ours")
    new = hand_in(learner, exercise)
    waiting.refresh_from_db()
    assert (waiting.state, new.turn) == ("cancelled", waiting.turn)


def test_one_who_keeps_changing_their_mind_waits_once():
    learner, exercise = LearnerFactory(), ExerciseFactory()
    for _ in range(10):
        last = hand_in(learner, exercise)
    assert list(Submission.objects.filter(state="queued")) == [last]


# --- Cancelling -------------------------------------------------------------------------------


def test_cancelling_moves_the_others_up_and_tells_who_watches(graded, django_capture_on_commit_callbacks):
    first, second = hand_in(), hand_in()
    assert second.position() == 2
    with (
        patch("lms.grading.submit.announce") as announce,
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert cancel(first)
    announce.assert_called_once_with(first)
    assert second.position() == 1
    while run_next():
        pass
    assert graded == [str(second.pk)]


# --- Ours, not theirs -------------------------------------------------------------------------


def test_a_broker_that_is_gone_keeps_the_work_and_says_so(sent, graded, django_capture_on_commit_callbacks):
    sent.side_effect = OperationalError("Error 111 connecting to localhost:6379. Connection refused.")
    with django_capture_on_commit_callbacks(execute=True):
        submission = hand_in()
    assert (submission.state, submission.finished_at) == ("ours", None)
    assert "will be graded by itself" in submission.message
    assert Submission.objects.get().state == "ours"
    assert enqueue_left_over() == 0, "it is still gone"
    assert Submission.objects.get().finished_at is None
    sent.side_effect = grade_submission
    assert enqueue_left_over() == 1
    assert enqueue_left_over() == 0
    assert (Submission.objects.get().state, graded) == ("passed", [str(submission.pk)])


def test_a_broker_that_goes_in_the_middle_loses_nothing(sent):
    left = a_queue_of(5)
    Submission.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    sent.side_effect = [None, None, OperationalError("gone")]
    assert enqueue_left_over() == 2
    sent.side_effect = None
    sent.reset_mock()
    assert enqueue_left_over() == 3
    assert [call.args[0] for call in sent.call_args_list] == [str(row.pk) for row in left[2:]]


def test_a_jail_that_is_not_ready_is_never_a_verdict_and_graded_once_when_it_is_back(sent, settings):
    settings.JAIL_SOCKET = "/nowhere/jail.sock"
    submission = hand_in()
    for tries in range(1, 6):
        assert run_next()
        submission.refresh_from_db()
        assert (submission.state, submission.tries, submission.finished_at) == ("ours", tries, None)
        assert submission.retry_at - timezone.now() <= timedelta(seconds=60)
        assert not run_next(), "it is not tried again before its time"
        Submission.objects.update(retry_at=timezone.now())
        assert enqueue_left_over() == 1
    with patch("lms.grading.run._judge", return_value=Verdict(state="passed")) as judge:
        assert run_next()
        assert not run_next()
    judge.assert_called_once()
    submission.refresh_from_db()
    assert submission.state == "passed"


def test_a_grader_that_died_is_replaced_and_its_late_words_are_dropped(sent, graded):
    submission = hand_in()
    dead = claim_next()
    assert dead is not None
    assert enqueue_left_over() == 0, "it may still be at work"
    Submission.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert enqueue_left_over() == 1
    assert run_next()
    with patch("lms.grading.run.claim_next", return_value=dead):
        run_next()
    submission.refresh_from_db()
    assert (submission.state, submission.tries) == ("passed", 2)


def test_a_jail_that_ends_in_the_middle_is_ours(sent):
    submission = hand_in()
    ended = JailUnavailable("the jail ended in the middle.")
    with patch("lms.grading.run.jail"), patch("lms.grading.run.grade", side_effect=ended):
        assert run_next()
    submission.refresh_from_db()
    assert submission.state == "ours"
    assert "the jail ended" in submission.message


# --- Growth -----------------------------------------------------------------------------------


def queries_of(action) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        action()
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("waiting", [1, 10, 100, 1000])
def test_the_cost_of_one_stays_flat_as_the_queue_grows(waiting, graded):
    a_queue_of(waiting)
    learner, exercise = LearnerFactory(), ExerciseFactory()
    with patch("lms.grading.run.announce"):
        assert len(queries_of(lambda: hand_in(learner, exercise))) <= 9
        submission = Submission.objects.get(learner=learner)
        assert len(queries_of(submission.position)) == 1
        assert submission.position() == waiting + 1
        # Six for the queue and the verdict, fourteen for a first attempt's counts (lms.classes).
        assert len(queries_of(run_next)) <= 20
        Submission.objects.update(retry_at=timezone.now())
        # Five for the queue, and one look each for verifications, trials and regrades that were left.
        assert len(queries_of(enqueue_left_over)) == 8


def plan(sql: str, parameters: tuple = ()) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        return " ".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="reads SQLite's plans")
def test_every_question_about_the_queue_has_its_index():
    [submission] = a_queue_of(1)
    learner = LearnerFactory()
    asked = queries_of(submission.position) + queries_of(lambda: hand_in(learner)) + queries_of(claim_next)
    selects = [sql for sql in asked if sql.startswith("SELECT") and '"grading_submission"' in sql]
    assert len(selects) >= 5
    for sql in selects:
        found = plan(sql)
        assert "SCAN grading_submission" not in found, f"{found}: {sql}"
        assert "TEMP B-TREE" not in found, f"{found}: {sql}"
