from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from content.models import LessonPage
from content.tests.folders import write_syllabus
from content.tests.loaded import load_syllabus
from lms.accounts.models import User

# How long an example takes says how busy the machine is, and nothing about what is tried.
hypothesis_settings.register_profile("content", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("content")


@pytest.fixture
def lesson_folder(tmp_path: Path, settings) -> Path:
    """The folder of the lesson `counting` in a syllabus of its own."""
    settings.LESSONS_DIR = tmp_path
    return write_syllabus(tmp_path)


@pytest.fixture
def run() -> Callable[..., str]:
    """Run a command and return all that it printed."""

    def run_command(*args: str) -> str:
        out = StringIO()
        try:
            call_command(*args, stdout=out, stderr=out)
        except BaseException as error:
            error.add_note(out.getvalue())
            raise
        return out.getvalue()

    return run_command


@pytest.fixture
def lesson_page(lesson_folder: Path, db) -> LessonPage:
    """The lesson `counting`, loaded."""
    load_syllabus()
    return LessonPage.objects.get(slug="counting")


@pytest.fixture
def instructor(db) -> User:
    return User.objects.create_superuser("ada@example.org", "correct horse")
