"""Attempts keep their checks, and get others only after somebody has read what that would change."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.models import Exercise
from lms.accounts.models import Learner, User
from lms.classes.models import Failure, Tally
from lms.grading import regrading
from lms.grading.models import Regrade, Submission
from lms.grading.ordered import MOST_FAULTS
from lms.grading.regrade_report import report_on
from lms.grading.regrading import (
    NothingToRegrade,
    NotReady,
    abandoned,
    affected,
    apply_regrade,
    begin_regrade,
    discard_regrade,
    try_regrade_again,
    work_on,
)
from lms.grading.run import run_next
from lms.grading.submit import submit
from lms.grading.tasks import enqueue_after_restart
from lms.grading.tests.factories import CHECKS, SOLUTION, STARTER, ExerciseFactory, LearnerFactory
from sandbox.jail import grade, start_jail

pytestmark = pytest.mark.django_db
STRICTER = CHECKS.replace('"hello"', '"Hello"')


@pytest.fixture(scope="module")
def jail_socket():
    with start_jail() as jail:
        yield str(jail.socket_path)


@pytest.fixture
def jail(jail_socket, settings):
    settings.JAIL_SOCKET = jail_socket


@pytest.fixture
def exercise(jail) -> Exercise:
    made = ExerciseFactory()
    made.publish_from_folder(made.save_revision())
    return made


def handed_in(exercise: Exercise, text: str, *, grade: bool = True) -> Submission:
    made = submit(learner=LearnerFactory(), exercise=exercise, files={"greetings.py": text})
    if grade:
        run_next()
    return Submission.objects.get(pk=made.pk)


def changed(exercise: Exercise, checks: str = STRICTER) -> Exercise:
    """Publish other checks."""
    exercise.checks = checks
    exercise.save()
    exercise.publish_from_folder(exercise.save_revision())
    return Exercise.objects.get(pk=exercise.pk)


def worked(regrade: Regrade) -> Regrade:
    while work_on(regrade.pk):
        pass
    return Regrade.objects.get(pk=regrade.pk)


def test_an_attempt_is_graded_by_the_checks_that_it_was_made_on(exercise):
    waits = handed_in(exercise, SOLUTION, grade=False)
    changed(exercise)
    run_next()
    graded = Submission.objects.get(pk=waits.pk)
    assert (graded.state, graded.exercise_revision_id) == ("passed", waits.exercise_revision_id)
    assert graded.exercise_digest == waits.exercise_digest
    assert Exercise.objects.get().digest != waits.exercise_digest


def test_a_report_comes_first_and_then_the_verdicts_with_all_that_is_counted(
    exercise, django_assert_num_queries
):
    old, never = handed_in(exercise, SOLUTION), handed_in(exercise, STARTER)
    loud = handed_in(exercise, STARTER.replace("nothing yet", "Hello"))
    assert [attempt.state for attempt in (old, never, loud)] == ["passed", "failed", "failed"]
    exercise = changed(exercise)
    assert affected(exercise).count() == 3

    regrade = worked(begin_regrade(exercise, user=None))
    with django_assert_num_queries(5):
        report = report_on(regrade)
    assert regrade.state == "ready"
    assert [(move["before"], move["after"], move["attempts"]) for move in report.moves] == [
        ("failed", "passed", 1),
        ("passed", "failed", 1),
    ]
    assert (report.attempts, report.gain, report.lose, report.changes) == (3, 1, 1, 2)
    assert {attempt.submission.learner for attempt in report.changed} == {old.learner, loud.learner}
    assert Submission.objects.get(pk=old.pk).state == "passed", "nothing has changed yet"

    apply_regrade(regrade, user=None)
    assert worked(regrade).state == "applied"
    states = [Submission.objects.get(pk=attempt.pk).state for attempt in (old, never, loud)]
    assert states == ["failed", "failed", "passed"]
    assert not affected(exercise).exists()
    passed = Tally.objects.filter(exercise=exercise, passed_at__isnull=False)
    assert list(passed.values_list("learner", flat=True)) == [loud.learner_id]
    assert not work_on(regrade.pk), "a message that comes twice"


def test_other_checks_that_fail_are_counted_where_the_verdict_is_the_same(exercise):
    handed_in(exercise, STARTER)
    renamed = CHECKS.replace("test_greets", "test_says_hello")
    regrade = worked(begin_regrade(changed(exercise, renamed), user=None))
    apply_regrade(regrade, user=None)
    worked(regrade)
    assert [name for name, _title in Failure.objects.get().pattern.checks] == ["test_says_hello"]


def test_the_same_files_are_graded_once(exercise):
    for _ in range(3):
        handed_in(exercise, SOLUTION)
    regrade = begin_regrade(changed(exercise), user=None)
    with patch("lms.grading.regrading.grade", side_effect=grade) as graded:
        assert worked(regrade).state == "ready"
    assert graded.call_count == 1
    assert set(regrade.attempts.values_list("state", flat=True)) == {"failed"}


def test_one_is_open_at_a_time_and_none_without_a_reason(exercise):
    handed_in(exercise, SOLUTION)
    with pytest.raises(NothingToRegrade):
        begin_regrade(exercise, user=None)
    exercise = changed(exercise)
    assert begin_regrade(exercise, user=None) == begin_regrade(exercise, user=None)


def test_it_grades_by_what_is_published_when_it_begins(exercise):
    handed_in(exercise, SOLUTION)
    seen = Exercise.objects.get(pk=exercise.pk)  # by a request that waits while others are published
    published = changed(exercise)
    regrade = begin_regrade(seen, user=None)
    assert (regrade.revision, regrade.digest) == (published.live_revision, published.digest)


def test_which_attempts_those_are_is_noted_in_portions_by_the_task(exercise, monkeypatch):
    old = {handed_in(exercise, text).pk for text in (SOLUTION, STARTER, f"{STARTER}# a\n", f"{STARTER}# b\n")}
    exercise = changed(exercise)
    monkeypatch.setattr(regrading, "BATCH", 2)
    monkeypatch.setattr(regrading, "SLICE", 0.0)
    regrade = begin_regrade(exercise, user=None)
    handed_in(exercise, f"{STARTER}# c\n")  # has seen the present checks
    noted = [regrade.attempts.count()]
    while Regrade.objects.get().listed_at is None:
        assert work_on(regrade.pk)
        noted.append(regrade.attempts.count())
    assert noted == [0, 2, 4, 4]
    assert set(regrade.attempts.values_list("submission", flat=True)) == old
    assert not regrade.attempts.exclude(state="").exists()


def test_the_new_verdicts_are_written_learner_by_learner(exercise, monkeypatch, django_assert_num_queries):
    for _ in range(3):
        handed_in(exercise, SOLUTION)
    regrade = worked(begin_regrade(changed(exercise), user=None))
    apply_regrade(regrade, user=None)
    seen = []

    def recount(learner):
        seen.append((connection.savepoint_ids[-1], learner))
        if len(seen) == 2:
            raise RuntimeError("the disk is full")

    monkeypatch.setattr(regrading, "_recount", recount)
    assert not work_on(regrade.pk)
    regrade.refresh_from_db()
    assert "Something went wrong, on our side" in regrade.message
    assert abandoned(timezone.now() + timedelta(seconds=10)) == []
    assert abandoned(timezone.now() + timedelta(seconds=20)) == [regrade.pk]
    states = Submission.objects.values_list("state", flat=True)
    assert sorted(states) == ["failed", "passed", "passed"], "what was written of the second one went with it"
    regrade.refresh_from_db()
    with django_assert_num_queries(3):
        report = report_on(regrade)
    assert (report.applied, report.attempts) == (1, 3)
    Regrade.objects.update(claimed_until=timezone.now())
    done = worked(regrade)
    assert (done.state, done.message, done.faults) == ("applied", "", 0)
    assert len({savepoint for savepoint, _learner in seen}) == len(seen) == 4


def test_without_a_jail_it_waits_and_says_so(exercise, settings):
    handed_in(exercise, SOLUTION)
    regrade = begin_regrade(changed(exercise), user=None)
    settings.JAIL_SOCKET = ""
    regrade = worked(regrade)
    assert (regrade.state, "graded on this server now" in regrade.message) == ("running", True)


def test_one_that_can_never_be_graded_is_stopped_and_gives_way_to_another(exercise, settings):
    handed_in(exercise, SOLUTION)
    exercise = changed(exercise)
    regrade = begin_regrade(exercise, user=None)
    settings.JAIL_SOCKET = ""
    assert worked(regrade).state == "running"
    discard_regrade(regrade, user=None)
    assert not work_on(regrade.pk), "a message that is still in the queue"
    assert begin_regrade(exercise, user=None) != regrade


def tried_until_set_aside(regrade: Regrade) -> list[timedelta]:
    """Try it as beat would; return after how long each time."""
    pauses = []
    while True:
        assert not work_on(regrade.pk)
        regrade.refresh_from_db()
        if regrade.claimed_until is None:
            return pauses
        pauses.append(regrade.claimed_until - timezone.now())
        Regrade.objects.update(claimed_until=timezone.now())


def test_one_that_always_fails_is_set_aside_and_taken_up_again_where_it_stopped(
    exercise, client: Client, caplog
):
    for text in (SOLUTION, STARTER):
        handed_in(exercise, text)
    exercise = changed(exercise)
    regrade, calls = begin_regrade(exercise, user=None), []

    def fails_at_the_second(*args, **kwargs):
        calls.append(args)
        if len(calls) == 1:
            return grade(*args, **kwargs)
        raise RuntimeError("no such column")

    with patch("lms.grading.regrading.grade", side_effect=fails_at_the_second):
        assert work_on(regrade.pk), "which attempts those are"
        pauses = tried_until_set_aside(regrade)
    assert len(pauses) == MOST_FAULTS - 1
    assert pauses[0] < timedelta(seconds=1) and pauses[-1] > timedelta(minutes=10), "less and less often"
    assert (regrade.state, regrade.is_aside, "no such column" in caplog.text) == ("running", True, True)
    assert list(regrade.attempts.order_by("pk").values_list("state", flat=True)) == ["failed", ""]

    assert abandoned(timezone.now() + timedelta(days=1)) == []
    with patch("lms.grading.tasks.regrade.delay") as sent:
        enqueue_after_restart()
        assert abandoned(timezone.now() + timedelta(days=1)) == [], "a restart does not change that"
        assert not work_on(regrade.pk), "a message that is still in the queue"
        client.force_login(User.objects.create_superuser("ada@example.org", "correct horse"))
        address = reverse("regrade", args=[regrade.pk])
        page = " ".join(client.get(address).text.split())
        assert "not tried again by itself" in page and "1 of 2 attempts are graded" in page
        assert "An administrator finds it in the log" in page and "hx-trigger" not in page
        assert client.get(address, headers={"HX-Request": "true"}).status_code == 286
        assert "has stopped" in client.get(reverse("regrade_offer", args=[exercise.pk])).text
        assert "it has stopped" in client.get(reverse("exercise_regrade", args=[exercise.pk])).text
        sent.assert_not_called()
        client.post(address, {"decision": "again"})
        sent.assert_called_once_with(regrade.pk)
    with pytest.raises(NotReady):
        try_regrade_again(regrade)
    done = worked(regrade)
    assert (done.state, done.message, done.faults) == ("ready", "", 0)
    assert set(regrade.attempts.values_list("state", flat=True)) == {"failed"}


def test_one_that_was_set_aside_gives_way_to_another(exercise):
    handed_in(exercise, SOLUTION)
    exercise = changed(exercise)
    regrade = begin_regrade(exercise, user=None)
    Regrade.objects.update(claimed_until=None, faults=MOST_FAULTS)
    assert begin_regrade(exercise, user=None) == regrade
    discard_regrade(regrade, user=None)
    assert not Regrade.objects.get().is_aside
    assert begin_regrade(exercise, user=None) != regrade


def test_verdicts_that_cannot_be_written_wait_for_somebody_and_are_not_lost(exercise, client: Client):
    handed_in(exercise, SOLUTION)
    regrade = worked(begin_regrade(changed(exercise), user=None))
    apply_regrade(regrade, user=None)
    regrade.refresh_from_db()
    with patch("lms.grading.regrading._recount", side_effect=RuntimeError("no such column")):
        tried_until_set_aside(regrade)
    client.force_login(User.objects.create_superuser("ada@example.org", "correct horse"))
    address = reverse("regrade", args=[regrade.pk])
    page = " ".join(client.get(address).text.split())
    assert "0 of 1 attempts have their new verdict" in page
    assert 'value="again"' in page and 'value="discard"' not in page, "a part of them may be written"
    with patch("lms.grading.tasks.regrade.delay"):
        client.post(address, {"decision": "discard"})
        assert Regrade.objects.get().is_aside
        client.post(address, {"decision": "again"})
    assert worked(regrade).state == "applied"
    assert Submission.objects.get().state == "failed"


def test_checks_that_cannot_be_run_are_told_and_not_tried_for_ever(exercise):
    handed_in(exercise, SOLUTION)
    regrade = begin_regrade(changed(exercise, "from nowhere import nothing\n"), user=None)
    assert work_on(regrade.pk)
    assert not work_on(regrade.pk)
    regrade.refresh_from_db()
    assert "checks are broken" in regrade.message and "tried again" in regrade.message
    Regrade.objects.update(faults=MOST_FAULTS - 1, claimed_until=timezone.now())
    tried_until_set_aside(regrade)
    assert "nowhere" in regrade.message and "mend and publish them" in regrade.message


def test_what_ends_each_worker_that_takes_it_is_set_aside(exercise):
    handed_in(exercise, SOLUTION)
    regrade, tries = begin_regrade(changed(exercise), user=None), []

    def ends(_regrade):
        tries.append(1)
        raise SystemExit  # the worker is killed: nothing after it is done

    with patch("lms.grading.regrading._step", side_effect=ends):
        for _ in range(MOST_FAULTS + 3):
            Regrade.objects.filter(claimed_until__isnull=False).update(claimed_until=timezone.now())
            with suppress(SystemExit):
                work_on(regrade.pk)
    assert (len(tries), Regrade.objects.get().is_aside) == (MOST_FAULTS, True)


def test_an_outage_is_no_fault_however_long_it_lasts(exercise, settings):
    handed_in(exercise, SOLUTION)
    regrade = begin_regrade(changed(exercise), user=None)
    assert work_on(regrade.pk)
    settings.JAIL_SOCKET = ""
    for _ in range(MOST_FAULTS + 1):
        assert not work_on(regrade.pk)
        Regrade.objects.update(claimed_until=timezone.now())
    regrade.refresh_from_db()
    assert (regrade.is_aside, regrade.faults) == (False, 0)


def test_a_verdict_that_comes_after_it_was_stopped_is_not_kept(exercise):
    handed_in(exercise, SOLUTION)
    regrade = begin_regrade(changed(exercise), user=None)

    def stopped_meanwhile(*args, **kwargs):
        discard_regrade(regrade, user=None)
        return grade(*args, **kwargs)

    with patch("lms.grading.regrading.grade", side_effect=stopped_meanwhile):
        assert worked(regrade).state == "discarded"
    assert regrade.attempts.get().state == ""


def test_a_message_is_sent_again_once_a_while_however_often_beat_looks(exercise):
    handed_in(exercise, SOLUTION)
    regrade = begin_regrade(changed(exercise), user=None)
    later = timezone.now() + timedelta(seconds=20)
    assert [abandoned(later), abandoned(later + timedelta(seconds=5))] == [[regrade.pk], []]


def test_who_publishes_and_does_not_teach_is_told_no_names(exercise, client: Client):
    call_command("roles", verbosity=0)
    reviewer = User.objects.create_user("eve@example.org", "correct horse", is_staff=True)
    reviewer.groups.set(reviewer.groups.model.objects.filter(name="Reviewers"))
    client.force_login(reviewer)
    made = handed_in(exercise, SOLUTION)
    Learner.objects.filter(pk=made.learner_id).update(user=User.objects.create_user("bob@example.org"))
    regrade = worked(begin_regrade(changed(exercise), user=None))
    address = reverse("regrade", args=[regrade.pk])
    page = client.get(address).content.decode()
    assert "a learner" in page
    assert "bob@" not in page
    assert client.post(address, {"decision": "nonsense"}).status_code == 400
    client.force_login(User.objects.create_superuser("ada@example.org", "correct horse"))
    assert "bob@" in client.get(address).content.decode()


def test_in_the_admin(exercise, client: Client, django_assert_max_num_queries):
    handed_in(exercise, SOLUTION)
    exercise = changed(exercise)
    client.force_login(User.objects.create_superuser("ada@example.org", "correct horse"))
    offer = client.get(reverse("regrade_offer", args=[exercise.pk])).content.decode()
    assert "1 attempt of 1 learner was graded by other checks" in offer
    page = client.post(reverse("exercise_regrade", args=[exercise.pk]))["Location"]
    assert "0 earlier attempts found so far" in client.get(page).text
    worked(Regrade.objects.get())
    client.get(page)
    with django_assert_max_num_queries(20):
        answer = client.get(page, headers={"HX-Request": "true"})
    assert answer.status_code == 286
    assert "1 would not have it done any more" in " ".join(answer.content.decode().split())
    client.post(page, {"decision": "discard"})
    assert "Discarded" in client.get(page).content.decode()
    assert Submission.objects.get().state == "passed"


def test_only_who_publishes_may_grade_again(exercise, client: Client):
    call_command("roles", verbosity=0)
    author = User.objects.create_user("eve@example.org", "correct horse", is_staff=True)
    author.groups.set(author.groups.model.objects.filter(name="Authors"))
    client.force_login(author)
    handed_in(exercise, SOLUTION)
    exercise = changed(exercise)
    refused = client.post(reverse("exercise_regrade", args=[exercise.pk]))
    assert (refused.status_code, refused["Location"]) == (302, reverse("wagtailadmin_home"))
    assert not Regrade.objects.exists()
    assert client.get(reverse("regrade_offer", args=[exercise.pk])).content == b""
