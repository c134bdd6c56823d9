from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from content.models import Exercise, LessonPage
from content.tests.folders import write_syllabus
from content.tests.loaded import load_syllabus
from lms.accounts.models import User
from lms.progress.tests.steps import PASSWORD, verified_user


@pytest.fixture
def lesson_folder(tmp_path: Path, settings) -> Path:
    """The folder of the lesson `counting`: one mission, one exercise, two questions."""
    settings.LESSONS_DIR = tmp_path
    cache.clear()  # allauth counts attempts there.
    return write_syllabus(tmp_path)


@pytest.fixture
def lesson_page(lesson_folder: Path, db) -> LessonPage:
    load_syllabus()
    return LessonPage.objects.get(slug="counting")


@pytest.fixture
def exercise(lesson_page: LessonPage) -> Exercise:
    return Exercise.objects.get(lesson="counting")


@pytest.fixture
def user(db) -> User:
    return verified_user("ada@example.org")


@pytest.fixture
def signed_in(user: User) -> Client:
    cache.clear()
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


@pytest.fixture
def second_lesson(lesson_folder: Path) -> Path:
    """The folder of the lesson `shearing`, a copy of `counting`; not loaded yet."""
    folder = lesson_folder.parent / "shearing"
    shutil.copytree(lesson_folder, folder)
    return folder
