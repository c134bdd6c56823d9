"""What goes, what stays, and that a dry run changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from lms.accounts.models import Learner, User
from lms.grading.models import Draft, Regrade, Regraded, Submission
from lms.grading.tests.factories import ExerciseFactory, LearnerFactory
from lms.operations.retention import RULES, forgotten_visitors, old_attempts, prune, remove_batch
from lms.operations.tasks import prune_old_data
from lms.progress.models import ReviewCard

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)


def attempt(state: str = "failed", at: datetime = LONG_AGO, **fields) -> Submission:
    fields = {"files": {"greetings.py": "x = 1"}, "output": "1", "checks": [{"name": "a"}], **fields}
    if state not in ("queued", "running", "ours"):
        fields["finished_at"] = at
    row = Submission.objects.create(state=state, **fields)
    Submission.objects.filter(pk=row.pk).update(created_at=at)
    row.refresh_from_db()
    return row


@pytest.fixture
def doing():
    return {
        "learner": LearnerFactory(user=User.objects.create_user("jo@example.org")),
        "exercise": ExerciseFactory(),
    }


def test_an_old_attempts_code_goes_and_that_there_was_one_stays(doing):
    old, last = attempt(**doing), attempt(at=LONG_AGO + timedelta(days=1), **doing)
    assert prune(NOW)["attempts"] == 1
    old.refresh_from_db(), last.refresh_from_db()
    assert (old.files, old.checks, old.output, old.state) == ({}, [], "", "failed")
    assert old.cleared_at == NOW
    assert last.files == {"greetings.py": "x = 1"}, "the last one is where they go on"
    assert prune(NOW)["attempts"] == 0


@pytest.mark.parametrize(
    ("state", "at"),
    [("passed", LONG_AGO), ("queued", LONG_AGO), ("ours", LONG_AGO), ("failed", NOW - timedelta(days=30))],
)
def test_what_stays(doing, state: str, at: datetime):
    attempt(state, at, **doing)
    attempt("failed", NOW - timedelta(days=1), **doing)
    assert not old_attempts(NOW).exists()


def test_what_is_graded_again_waits_for_the_decision_and_its_copy_goes_too(doing):
    old, _last = attempt(**doing), attempt(at=LONG_AGO + timedelta(days=1), **doing)
    exercise = doing["exercise"]
    regrade = Regrade.objects.create(
        exercise=exercise, revision=exercise.save_revision(), digest="x", state="ready"
    )
    copy = Regraded.objects.create(
        regrade=regrade, submission=old, output="1", checks=[{"name": "a"}], state="failed"
    )
    assert prune(NOW)["attempts"] == 0
    Regrade.objects.update(state="applied")
    assert prune(NOW)["attempts"] == 1
    copy.refresh_from_db()
    assert (copy.output, copy.checks, copy.state) == ("", [], "failed")


def test_how_long_is_configured(doing, settings):
    settings.KEEP_ATTEMPTS_DAYS = 10
    attempt(at=NOW - timedelta(days=11), **doing)
    attempt(at=NOW - timedelta(days=9), **doing)
    assert old_attempts(NOW).count() == 1


def test_the_page_says_that_the_code_is_gone():
    client = Client()
    user = User.objects.create_user("jo@example.org")
    client.force_login(user)
    row = attempt(learner=LearnerFactory(user=user), exercise=ExerciseFactory(), cleared_at=NOW)
    answer = client.get(f"/submissions/{row.pk}/files/")
    assert answer.status_code == 410
    assert "not kept" in answer.json()["error"]


def visitor(at: datetime = LONG_AGO, **fields) -> Learner:
    row = LearnerFactory(**fields)
    Learner.objects.filter(pk=row.pk).update(created_at=at)
    return row


def test_a_visitor_who_has_done_nothing_for_long_is_forgotten():
    gone, new = visitor(), visitor(NOW - timedelta(days=1))
    account = visitor(user=User.objects.create_user("jo@example.org"))
    busy, typing = visitor(), visitor()
    attempt("passed", NOW - timedelta(days=2), learner=busy, exercise=ExerciseFactory())
    Draft.objects.create(learner=typing, exercise=ExerciseFactory())
    Draft.objects.update(updated_at=NOW - timedelta(days=2))
    assert list(forgotten_visitors(NOW)) == [gone]
    assert prune(NOW)["visitors"] == 1
    assert set(Learner.objects.all()) == {new, account, busy, typing}


def test_a_question_that_comes_back_next_year_keeps_nobody():
    gone = visitor()
    ReviewCard.objects.create(
        learner=gone, lesson="counting", question="0" * 32, due_at=NOW + timedelta(days=300), state={}
    )
    assert list(forgotten_visitors(NOW)) == [gone]


def test_who_signs_up_while_others_are_removed_stays():
    gone, back = visitor(), visitor()
    (rule,) = (rule for rule in RULES if rule.name == "visitors")
    found = list(rule.old(NOW).values_list("pk", flat=True))
    assert set(found) == {gone.pk, back.pk}
    Learner.objects.filter(pk=back.pk).update(user=User.objects.create_user("jo@example.org"))
    assert remove_batch(rule, found, NOW) == 1
    assert list(Learner.objects.all()) == [back]


def test_sessions_that_are_over_go_and_what_was_known_of_them():
    user = User.objects.create_user("jo@example.org")
    for name, days in (("over", -1), ("alive", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=NOW + timedelta(days=days))
        UserSession.objects.create(user=user, session_key=name, ip="192.0.2.1", user_agent="x")
    found = prune(NOW)
    assert (found["sessions"], found["sign-ins"]) == (1, 1)
    assert [row.session_key for row in UserSession.objects.all()] == ["alive"]


def test_more_than_a_batch(doing, monkeypatch):
    monkeypatch.setattr("lms.operations.retention.BATCH", 2)
    for day in range(6):
        attempt(at=LONG_AGO + timedelta(days=day), **doing)
    assert prune(NOW)["attempts"] == 5


def test_a_dry_run_says_how_much_and_changes_nothing():
    visitor(datetime(2020, 1, 1, tzinfo=UTC))
    out = StringIO()
    call_command("prune", "--dry-run", stdout=out)
    assert "1  would go: visitors" in out.getvalue()
    assert len(out.getvalue().splitlines()) == len(RULES)
    assert Learner.objects.count() == 1
    call_command("prune", stdout=StringIO())
    assert Learner.objects.count() == 0


def test_beat_does_it_every_night(settings):
    (entry,) = [one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == prune_old_data.name]
    assert entry["schedule"].remaining_estimate(datetime.now(UTC)) <= timedelta(days=1)
    assert prune_old_data.acks_late is False, "a long night would be begun again beside itself"
    visitor(datetime(2020, 1, 1, tzinfo=UTC))
    prune_old_data.apply()
    assert Learner.objects.count() == 0
