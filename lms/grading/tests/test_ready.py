"""A jail that surprises itself: not ready, and ready again by itself."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from django.test import Client

from lms.grading.models import Submission
from lms.grading.run import run
from lms.grading.tests.factories import SOLUTION, ExerciseFactory, LearnerFactory
from sandbox.jail import readiness
from sandbox.jail.tests.serving import serving
from sandbox.jail.tests.test_readiness import LEAK

pytestmark = pytest.mark.django_db


def grader_is() -> str:
    answer = Client().get("/readyz")
    told = json.loads(answer.content)["grader"]
    assert told == "ok" or answer.status_code == 503
    return told


def test_readiness_follows_the_canaries_and_work_waits(settings, monkeypatch):
    monkeypatch.setattr(readiness, "GOOD_FOR", 0.0)
    monkeypatch.setattr(readiness, "BAD_FOR", 0.0)
    submission = Submission.objects.create(
        learner=LearnerFactory(), exercise=ExerciseFactory(), files={"greetings.py": SOLUTION}
    )
    with tempfile.TemporaryDirectory() as directory:
        # Children are users of their own, and look for the file in it.
        Path(directory).chmod(0o711)
        leak = Path(directory) / "leak"
        with serving(Path(directory) / "s", LEAK.format(flag=str(leak))) as jail:
            settings.JAIL_SOCKET = str(jail.socket_path)
            assert grader_is() == "ok"
            leak.touch()
            assert grader_is() == "the jail let an attack of its own pass (a leak: succeeded)"
            run(str(submission.pk))
            submission.refresh_from_db()
            assert submission.state == "ours"
            assert "let an attack of its own pass" in submission.message
            leak.unlink()
            assert grader_is() == "ok"
            run(str(submission.pk))
    submission.refresh_from_db()
    assert submission.state == "passed"
