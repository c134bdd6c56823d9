"""Two beats at once, as for a moment of a deploy: what each sends twice is done once.

The runbook and deploy/kubernetes/beat.yaml promise it.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from lms.accounts.models import User
from lms.celery import app
from lms.classes import figures
from lms.classes.models import Figures
from lms.discussion import tasks as letters
from lms.discussion.models import Notice, Problem
from lms.grading import run, tasks
from lms.grading.models import Submission
from lms.grading.tests.factories import ExerciseFactory, LearnerFactory
from lms.operations.retention import prune

pytestmark = pytest.mark.django_db


def test_these_are_the_tasks_that_are_sent_twice(settings):
    """A new one has to bear it as well, and gets its test here."""
    sent = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    app.loader.import_default_modules()
    assert sent <= app.tasks.keys()
    assert sent == {
        "grading.enqueue_left_over",
        "operations.prune_old_data",
        "dashboard.refresh_figures",
        "discussion.deliver_left_over",
        # The same verbs, for another table.
        "content.write_left_over",
        # Wagtail's own: an entry of the page's history may stand there twice.
        "content.publish_scheduled",
    }


def test_what_waits_is_sent_by_both_and_graded_once(monkeypatch: pytest.MonkeyPatch):
    past = timezone.now() - timedelta(minutes=1)
    submission = Submission.objects.create(
        learner=LearnerFactory(), exercise=ExerciseFactory(), files={"greetings.py": "x = 1"}, retry_at=past
    )
    sent: list[str] = []
    monkeypatch.setattr(tasks, "send", lambda pk: sent.append(pk) or True)
    when_lost, looking = tasks.when_lost, [tasks.enqueue_left_over]

    def the_other_looks_too():
        """Between the first one's reading of the rows and its writing that it has sent them."""
        while looking:
            assert looking.pop()() == 1
        return when_lost()

    monkeypatch.setattr(tasks, "when_lost", the_other_looks_too)
    assert tasks.enqueue_left_over() == 1
    assert sent == [str(submission.pk)] * 2

    graded = []
    verdict = {"state": "passed", "checks": [], "finished_at": timezone.now(), "claim": None}
    monkeypatch.setattr(run, "_decide", lambda row: graded.append(row.pk) or (verdict, {}))
    for pk in sent:
        tasks.grade_submission.apply([pk], throw=True)
    submission.refresh_from_db()
    assert graded == [submission.pk]
    assert (submission.state, submission.tries) == ("passed", 1)


def test_a_letter_is_written_once(monkeypatch: pytest.MonkeyPatch):
    author = User.objects.create_user("ada@example.org", "x")
    problem = Problem.objects.create(
        lesson="counting", block=uuid4(), kind="wrong", text="It jumps.", reported_by=author,
        created_at=timezone.now(), closed_at=timezone.now(),
    )  # fmt: skip
    past = timezone.now() - timedelta(hours=1)
    notice = Notice.objects.create(kind="closed", problem=problem, created_at=past)
    sent: list[int] = []
    monkeypatch.setattr("lms.discussion.tasks.send", sent.append)
    for _ in range(2):
        letters.deliver_left_over()
    assert sent == [notice.pk], "the second one sees that it was sent"
    for _ in range(2):
        letters.deliver(notice.pk)
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]


def test_old_things_are_removed_once():
    LearnerFactory.create_batch(2)
    late = timezone.now() + timedelta(days=1000)
    assert prune(late)["visitors"] == 2
    assert prune(late)["visitors"] == 0


def test_figures_are_kept_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(figures, "MOST_LIVE", 0)
    LearnerFactory()
    for _ in range(2):
        figures.refresh_large({}, timezone.now())
    assert Figures.objects.count() == 1
