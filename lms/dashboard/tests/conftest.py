"""A teacher, a class with somebody who is stuck, and somebody in no class."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from content.models import Exercise
from lms.accounts.models import Learner, User
from lms.classes.models import Cohort
from lms.grading.tests.people import attempt, client_of, make_class, make_learner, make_teacher
from lms.progress.tests.conftest import exercise, lesson_folder, lesson_page, second_lesson

__all__ = ["exercise", "lesson_folder", "lesson_page", "second_lesson"]
HOUR = timedelta(hours=1)


@pytest.fixture
def tina(db) -> User:
    return make_teacher()


@pytest.fixture
def monday(tina: User) -> Cohort:
    return make_class(tina)


@pytest.fixture
def teacher(tina: User) -> Client:
    return client_of(tina)


@pytest.fixture
def admin(db) -> Client:
    return client_of(make_teacher("root@example.org", everybody=True))


@pytest.fixture
def stuck_ada(monday: Cohort, exercise: Exercise) -> Learner:
    """In the class, and stuck: five attempts in vain."""
    ada = make_learner("ada@example.org", monday)
    for number in range(5):
        attempt(ada, exercise, "test_a", ago=(5 - number) * HOUR, files={"a.py": f"x = {number}\n"})
    return ada


@pytest.fixture
def bob(exercise: Exercise) -> Learner:
    """In no class."""
    bob = make_learner("bob@example.org")
    attempt(bob, exercise, "test_b")
    return bob
