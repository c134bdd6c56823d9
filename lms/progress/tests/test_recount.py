"""The running counts are what they would be, were they made again."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from content.models import Exercise
from lms.accounts.models import Learner
from lms.classes import figures
from lms.classes.figures import figures_of, refresh_large
from lms.classes.models import Failure, Standing, Tally
from lms.classes.seeing import Scope
from lms.grading.models import Submission
from lms.grading.tests.people import attempt
from lms.progress.record import mark_mission, mark_place, mark_read
from lms.progress.recount import recount

pytestmark = pytest.mark.django_db


def counts() -> list[list[dict[str, Any]]]:
    found = []
    for model in (Tally, Failure, Standing):
        names = [field.attname for field in model._meta.fields if field.name not in ("id", "counted_at")]
        found.append(list(model.objects.order_by("learner", names[1]).values(*names)))
    return found


def test_counting_one_by_one_comes_to_the_same(exercise: Exercise):
    now = timezone.now()
    for _ in range(2):
        learner = Learner.objects.create()
        mark_place(learner=learner, lesson="counting", heading="see-it", now=now - timedelta(hours=9))
        mark_read(learner=learner, lesson="counting", now=now)
        mark_read(learner=learner, lesson="counting", now=now)
        mark_mission(learner=learner, lesson="counting", mission="jump", at=now - timedelta(hours=1))
        for number, failed in enumerate((["test_a"], ["test_a", "test_b"], ["test_a"], [], ["test_b"], [])):
            attempt(learner, exercise, *failed, ago=timedelta(hours=8 - number))
        attempt(learner, exercise, state="cancelled")
        attempt(learner, exercise, state="timeout")
    kept = counts()
    assert [row["attempts"] for row in kept[0]] == [7, 7]
    assert [row["tries_to_pass"] for row in kept[0]] == [4, 4]
    assert [row["seconds_to_pass"] for row in kept[0]] == [10_800, 10_800]
    assert [row["missions"] for row in kept[2]] == [1, 1]
    for model in (Tally, Failure, Standing):
        model.objects.all().delete()
    call_command("recount", stdout=StringIO())
    assert counts() == kept


def test_what_was_taken_out_of_a_lesson_does_not_count_on(exercise: Exercise):
    now, learner = timezone.now(), Learner.objects.create()
    for mission in ("jump", "a_mission_that_is_gone"):
        mark_mission(learner=learner, lesson="counting", mission=mission, at=now)
    attempt(learner, exercise)
    Exercise.objects.update(live=False)
    call_command("recount", stdout=StringIO())
    found = Standing.objects.get()
    assert (found.missions, found.passed) == (1, 0)


def test_the_numbers_of_a_large_class_are_made_again_though_nobody_did_anything(
    exercise: Exercise, monkeypatch
):
    monkeypatch.setattr(figures, "MOST_LIVE", 0)
    learner, now = Learner.objects.create(), timezone.now()
    attempt(learner, exercise, ago=timedelta(days=1))
    assert refresh_large({}, now) == 1
    Standing.objects.update(counted_at=now - timedelta(days=1))
    later = now + timedelta(minutes=10)
    assert refresh_large({}, later) == 0
    Submission.objects.update(state="failed")
    recount(learner)
    assert refresh_large({}, later) == 1
    assert figures_of(Scope(None), {}, later).exercise(exercise.pk).passed == 0


def test_the_numbers_of_a_large_class_are_made_again_when_the_last_thing_in_a_lesson_is_gone(
    exercise: Exercise, monkeypatch
):
    monkeypatch.setattr(figures, "MOST_LIVE", 0)
    learner, now = Learner.objects.create(), timezone.now()
    attempt(learner, exercise)
    assert refresh_large({}, now) == 1
    Submission.objects.all().delete()
    recount(learner)
    assert not Standing.objects.exists()
    later = now + timedelta(minutes=10)
    assert refresh_large({}, later) == 1
    assert figures_of(Scope(None), {}, later).lesson("counting").started == 0


def test_an_attempt_whose_results_are_gone_is_counted_and_no_failure_is_made_up_of_it(exercise: Exercise):
    learner = Learner.objects.create()
    for hours in (2, 1):
        attempt(learner, exercise, "test_a", ago=timedelta(hours=hours))
    old = learner.submissions.earliest("created_at")
    Submission.objects.filter(pk=old.pk).update(files={}, checks=[], cleared_at=timezone.now())
    call_command("recount", stdout=StringIO())
    assert Tally.objects.get().attempts == 2
    failure = Failure.objects.get()
    assert (failure.times, [name for name, _title in failure.pattern.checks]) == (1, ["test_a"])
