"""Verifying in the real jail: what waits for it is done, or refused with the reason."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content import verifying
from content.models import Exercise, Verification
from lms.accounts.models import User
from lms.grading import tasks
from lms.grading.ordered import MOST_FAULTS
from lms.grading.tests.factories import SOLUTION, STARTER, ExerciseFactory
from lms.grading.verifications import run_verification
from sandbox.jail import start_jail

pytestmark = pytest.mark.django_db
WRONG = {
    "silent": {
        "files": {"greetings.py": STARTER.replace("nothing yet", "bye")},
        "removed": [],
        "caught_by": "test_greets",
        "why": "they say something else",
    }
}


@pytest.fixture(scope="module")
def jail_socket():
    with start_jail() as jail:
        yield str(jail.socket_path)


@pytest.fixture
def jail(jail_socket, settings):
    settings.JAIL_SOCKET = jail_socket


def asked(**fields: Any) -> Verification:
    """Somebody who may has written an exercise, and wants it published."""
    exercise = ExerciseFactory(**{"live": False, "wrong": WRONG, **fields})
    admin = User.objects.create_superuser(f"{exercise.slug}@example.org", "correct horse")
    return verifying.begin(exercise, exercise.save_revision(), user=admin, then="publish")


def run(verification: Verification) -> Verification:
    while run_verification(verification.pk):
        pass
    return Verification.objects.get(pk=verification.pk)


def test_an_exercise_that_keeps_its_promises_is_published(jail):
    done = run(asked())
    assert done.state == "passed"
    assert [(row["kind"], row["case"], row["state"]) for row in done.outcomes] == [
        ("starter", "", "failed"),
        ("solution", "", "passed"),
        ("wrong", "silent", "failed"),
    ]
    assert Exercise.objects.get().live


@pytest.mark.parametrize(
    ("fields", "case", "reason"),
    [
        ({"solution": {}}, "solution", "has to pass, and is failed: test_greets: "),
        ({"solution": {}}, "solution", ", got "),
        ({"starter": {"urls.py": "x", "greetings.py": SOLUTION}}, "starter", "has to boot"),
        ({"also_right": {"shy": {**WRONG["silent"], "caught_by": ""}}}, "also_right", "has to pass"),
        (
            {"wrong": {"silent": {**WRONG["silent"], "caught_by": "test_answers"}}},
            "wrong",
            "caught by test_greets",
        ),
        ({"solution": {"greetings.py": "x" * 600_000}}, "solution", "bytes"),
    ],
)
def test_each_case_that_breaks_its_promise_is_named_with_the_reason(jail, fields, case, reason):
    done = run(asked(**fields))
    assert done.state == "failed"
    found = {row["kind"]: row["broken"] for row in done.broken}
    assert reason in found[case]
    assert not Exercise.objects.get().live


def test_without_a_jail_it_waits_and_is_sent_again(settings, jail_socket):
    settings.JAIL_SOCKET = ""
    waits = run(asked())
    assert (waits.state, waits.outcomes) == ("queued", [])
    assert "graded on this server now" in waits.message
    sent = list(tasks.waiting(timezone.now() + timedelta(seconds=20)))
    assert sent == [waits]

    settings.JAIL_SOCKET = jail_socket
    assert run(waits).state == "passed"


def test_checks_that_cannot_be_run_are_the_exercises_fault_and_told(jail):
    done = run(asked(checks="from nowhere import nothing\n"))
    assert (done.state, done.faults) == ("failed", 0)
    assert all("checks are broken" in row["broken"] and "nowhere" in row["broken"] for row in done.broken)
    assert len(done.broken) == 3


def test_what_ends_each_worker_that_takes_it_is_given_up(jail):
    verification, tries = asked(), []

    def ends(_verification):
        tries.append(1)
        raise SystemExit  # the worker is killed: nothing after it is done

    with patch("lms.grading.verifications._grade_some", side_effect=ends):
        for _ in range(MOST_FAULTS + 3):
            Verification.objects.filter(state="running").update(claimed_until=timezone.now())
            with suppress(SystemExit):
                run_verification(verification.pk)
    done = Verification.objects.get()
    assert (len(tries), done.state, done.finished_at is not None) == (MOST_FAULTS, "ours", True)


def test_where_publishing_breaks_nothing_is_said_and_it_is_tried_again(jail):
    verification = asked()

    def half_done(row: Verification) -> None:
        row.revision.publish(user=row.requested_by)
        raise RuntimeError("the search index is gone")

    with patch.dict(verifying._ACTS, publish=half_done):
        broken = run(verification)
    assert (broken.state, broken.finished_at, broken.done_at) == ("queued", None, None)
    assert "on our side" in broken.message
    exercise = Exercise.objects.get()
    assert (exercise.live, verifying.is_verified(exercise)) == (False, False)
    assert list(tasks.waiting(timezone.now() + timedelta(seconds=20))) == [verification]

    done = run(verification)
    assert (done.state, done.done_at is not None, len(done.outcomes)) == ("passed", True, 3)
    assert Exercise.objects.get().live


def test_where_publishing_always_breaks_it_is_given_up_and_says_whose_fault_that_is(jail):
    verification, looks = asked(), []

    def breaks(_: Verification) -> None:
        raise RuntimeError("the search index is gone")

    with patch.dict(verifying._ACTS, publish=breaks):
        broken = run(verification)
        while not broken.is_finished:
            looks.append(broken.claimed_until - timezone.now())
            broken = run(verification)
    assert len(looks) == MOST_FAULTS - 1
    assert looks[-1] > timedelta(minutes=10), "less and less often"
    assert (broken.state, broken.finished_at is not None, broken.done_at) == ("ours", True, None)
    assert "administrator" in broken.message
    assert list(tasks.waiting(timezone.now() + timedelta(days=1))) == []
    assert not Exercise.objects.get().live
    admin = Client()
    admin.force_login(broken.requested_by)
    page = admin.get(reverse("exercise_verification", args=[broken.pk])).content.decode()
    assert "not the exercise" in page
    assert "publish it" in page


def test_who_has_lost_the_claim_concludes_nothing(jail):
    verification = asked()
    Verification.objects.filter(pk=verification.pk).update(state="running", claim=uuid4())
    verification.outcomes = [{"kind": "solution", "case": "", "state": "x", "duration_ms": 1, "broken": ""}]
    verifying.conclude(verification)
    assert Verification.objects.get().state == "running"
    assert not Exercise.objects.get().live


def test_a_verification_is_run_by_one_worker_and_taken_over_from_a_dead_one(jail):
    verification = asked()
    mine = Verification.objects.filter(pk=verification.pk)
    mine.update(state="running", claimed_until=timezone.now() + timedelta(minutes=1))
    assert run(verification).state == "running", "somebody else is at it"
    mine.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert run(verification).state == "passed"
    assert run(verification).state == "passed", "a message that comes twice"


def test_the_work_is_done_in_slices_so_that_learners_come_between(jail):
    verification = asked()
    with patch("lms.grading.verifications.SLICE", 0.0):
        graded = []
        while run_verification(verification.pk):
            graded.append(len(Verification.objects.get(pk=verification.pk).outcomes))
    assert graded == [1, 2]
    assert Verification.objects.get(pk=verification.pk).state == "passed"
