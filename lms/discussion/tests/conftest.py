from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from content.models import Exercise, LessonPage
from content.tests.folders import write_syllabus
from content.tests.loaded import load_syllabus
from lms.accounts.models import Learner, User
from lms.discussion import tasks
from lms.discussion.models import Voice


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that takes each message at once."""
    monkeypatch.setattr("lms.discussion.tasks.deliver.delay", tasks.deliver)


@pytest.fixture
def lesson_page(tmp_path: Path, settings, db) -> LessonPage:
    """The lesson `counting`, with the exercise `repair_fence`."""
    settings.LESSONS_DIR = tmp_path
    write_syllabus(tmp_path)
    load_syllabus()
    return LessonPage.objects.get(slug="counting")


@pytest.fixture
def exercise(lesson_page: LessonPage) -> Exercise:
    return Exercise.objects.get()


@pytest.fixture
def person(db) -> Callable[..., Client]:
    """Make somebody with an account, and return their browser; `.user` is who they are."""

    def make(name: str, *, moderates: bool = False) -> Client:
        user = User.objects.create_user(f"{name.lower()}@example.org", "x", is_staff=moderates)
        Voice.objects.create(user=user, name=name)
        Learner.objects.create(user=user)
        if moderates:
            user.user_permissions.add(Permission.objects.get(codename="moderate"))
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return make


@pytest.fixture
def ada(person) -> Client:
    return person("Ada")


@pytest.fixture
def ben(person) -> Client:
    return person("Ben")


@pytest.fixture
def mod(person) -> Client:
    return person("Mo", moderates=True)
