"""What those who teach are told of their classes, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from lms.accounts.groups import TEACHERS, ensure_roles
from lms.accounts.models import Learner, User
from lms.api.models import ApiToken
from lms.api.tests.test_api import API, problem
from lms.classes.cohorts import join, open_class
from lms.classes.models import Cohort, Standing, Tally
from lms.classes.seeing import Scope
from lms.classes.stuck import stuck
from lms.progress.tests.steps import submit, verified_user

pytestmark = pytest.mark.django_db


def a_teacher(email: str) -> User:
    user = verified_user(email)
    user.is_staff = True
    user.save()
    user.groups.add(ensure_roles()[TEACHERS])
    return user


def by_key(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {ApiToken.objects.create(user=user, name='x')[1]}")
    return client


@pytest.fixture
def tina(db) -> User:
    return a_teacher("tina@example.org")


@pytest.fixture
def monday(tina: User) -> Cohort:
    return open_class(teacher=tina, name="Monday", starts_on=timezone.localdate())


def enter(cohort: Cohort, email: str) -> Learner:
    learner = Learner.objects.create(user=verified_user(email))
    now = timezone.now()
    join(cohort=cohort, learner=learner, token=str(cohort.join_token), now=now, today=timezone.localdate())
    return learner


def test_a_teacher_reads_how_the_class_does(tina, monday, exercise, django_assert_max_num_queries):
    now = timezone.now()
    for number in range(5):
        learner = enter(monday, f"learner-{number}@example.org")
        Standing.objects.create(
            learner=learner, lesson="counting", first_at=now, last_at=now, read=True, missions=1
        )
        Tally.objects.create(
            learner=learner,
            exercise=exercise,
            attempts=5,
            first_at=now,
            last_at=now,
            latest=submit(learner, exercise, "failed").pk,
        )
    teacher = by_key(tina)
    [listed] = teacher.get(f"{API}/cohorts/").json()["results"]
    assert (listed["name"], listed["learners"]) == ("Monday", 5)
    assert teacher.get(listed["url"]).json() == listed
    first = teacher.get(f"{listed['learners_url']}?page_size=2").json()
    with django_assert_max_num_queries(9):
        second = teacher.get(first["next"]).json()
    emails = [row["email"] for row in first["results"] + second["results"]]
    assert emails == [f"learner-{number}@example.org" for number in (4, 3, 2, 1)]
    row = first["results"][0]
    assert [(one["lesson"], one["read"], one["missions"]) for one in row["lessons"]] == [
        ("counting", True, 1)
    ]
    [tried] = row["exercises"]
    assert (tried["exercise"], tried["attempts"], tried["is_stuck"]) == (exercise.name, 5, True)
    Tally.objects.update(last_at=now - timedelta(days=30))
    again = teacher.get(listed["learners_url"]).json()["results"][0]
    assert again["exercises"][0]["is_stuck"] is False
    # As the teacher's pages have it.
    for attempts, at in ((4, now), (5, now), (5, now - timedelta(days=8))):
        Tally.objects.update(attempts=attempts, last_at=at)
        told = teacher.get(listed["learners_url"]).json()["results"][0]["exercises"][0]["is_stuck"]
        assert told == stuck(Scope(monday), now).exists()


def test_other_teachers_and_learners_are_told_nothing(api, tina, monday):
    enter(monday, "in-it@example.org")
    paths = ["cohorts/", f"cohorts/{monday.pk}/", f"cohorts/{monday.pk}/learners/"]
    for path in paths:
        problem(APIClient().get(f"{API}/{path}"), 401)
        problem(api.get(f"{API}/{path}"), 403)
    other = by_key(a_teacher("tom@example.org"))
    assert other.get(f"{API}/cohorts/").json()["results"] == []
    for path in paths[1:]:
        problem(other.get(f"{API}/{path}"), 404)
    problem(other.get(f"{API}/cohorts/{10**30}/"), 404)


def test_it_takes_the_second_factor_that_the_pages_take(tina, monday, settings):
    settings.STAFF_SECOND_FACTOR = True
    script, browser = by_key(tina), Client()
    browser.force_login(tina)
    problem(script.get(f"{API}/cohorts/"), 403)
    problem(browser.get(f"{API}/cohorts/"), 403)
    totp.TOTP.activate(tina, totp.generate_totp_secret())
    assert len(script.get(f"{API}/cohorts/").json()["results"]) == 1
    # This session has not proved it.
    problem(browser.get(f"{API}/cohorts/"), 403)
