"""A teacher, learners and their attempts, for tests of the teacher's pages."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from content.models import Exercise
from lms.accounts.models import Learner, User
from lms.classes.cohorts import join, open_class
from lms.classes.counting import GRADED, count_attempt
from lms.classes.models import Cohort
from lms.grading.counts import attempt_of
from lms.grading.models import Submission

DAY = timedelta(days=1)


def make_teacher(email: str = "tina@example.org", *, everybody: bool = False) -> User:
    user = User.objects.create_user(email, first_name="Tina", is_staff=True)
    names = ["teach", "see_everybody"] if everybody else ["teach"]
    user.user_permissions.add(
        *Permission.objects.filter(content_type__app_label="classes", codename__in=names)
    )
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_learner(email: str, *cohorts: Cohort) -> Learner:
    user = User.objects.create_user(email)
    learner = Learner.objects.create(user=user)
    for cohort in cohorts:
        enter(cohort, learner)
    return learner


def make_class(teacher: User, name: str = "Monday") -> Cohort:
    return open_class(teacher=teacher, name=name, starts_on=timezone.localdate())


def enter(cohort: Cohort, learner: Learner) -> None:
    token = cohort.join_token or ""
    join(cohort=cohort, learner=learner, token=token, now=timezone.now(), today=timezone.localdate())


def check(name: str, status: str = "passed", **more: Any) -> dict[str, Any]:
    return {"name": name, "title": f"{name} holds.", "status": status, **more}


def attempt(
    learner: Learner,
    exercise: Exercise,
    *failed: str,
    state: str = "",
    ago: timedelta = timedelta(0),
    files: dict[str, str] | None = None,
) -> Submission:
    """An attempt with a verdict, counted as the grader counts it. `failed` are names of checks."""
    state = state or ("failed" if failed else "passed")
    moment = timezone.now() - ago
    checks = [check(name, "failed" if name in failed else "passed") for name in ("test_a", "test_b")]
    made = Submission.objects.create(
        id=uuid.uuid4(),
        learner=learner,
        exercise=exercise,
        exercise_digest=exercise.digest,
        files=files or {},
        state=state,
        checks=checks if state in ("passed", "failed") else [],
        finished_at=moment,
    )
    Submission.objects.filter(pk=made.pk).update(created_at=moment)
    made.created_at = moment
    if state in GRADED:
        count_attempt(
            learner=learner,
            exercise=exercise,
            attempt=attempt_of(made.pk, state, moment, made.checks),
        )
    return made
