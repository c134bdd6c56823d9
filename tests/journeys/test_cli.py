"""Doing an exercise in one's own editor, from signing in to passing, against a running site."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.people import EXERCISE_FOLDER
from tests.stack import ROOT, Stack

EXERCISE = "login_logout/repair_parcels"


@pytest.fixture
def say(stack: Stack, tmp_path: Path):
    """Run the command line in a home of its own, without a terminal; returns code and both outputs."""

    def run(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "BROWSER": "true",
        }
        return subprocess.run(
            [sys.executable, "-m", "lms.cli", *words],
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tmp_path,
            env=env,
            # Without a terminal the password is read from standard input.
            start_new_session=True,
        )

    return run


def test_an_exercise_is_done_from_a_terminal(stack: Stack, say, tmp_path: Path):
    account = stack.account("learner")
    refused = say("login", "--site", stack.origin, "--email", account.email, typed="wrong\n")
    assert refused.returncode == 2
    assert "password" in refused.stderr
    signed_in = say("login", "--site", stack.origin, "--email", account.email, typed=f"{account.password}\n")
    assert signed_in.returncode == 0, signed_in.stderr
    config = tmp_path / "config/django-mastery/config.json"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert account.password not in config.read_text()

    assert "login_logout" in say("list").stdout
    assert EXERCISE in say("list", "login_logout").stdout
    assert say("get", EXERCISE).returncode == 0
    folder = tmp_path / EXERCISE
    assert (folder / "TASK.md").read_text().startswith("# ")
    assert "Nothing is changed" in say("submit", EXERCISE).stderr

    for file in (EXERCISE_FOLDER / "solution").rglob("*.py"):
        target = folder / file.relative_to(EXERCISE_FOLDER / "solution")
        target.write_text(target.read_text() + "\n# looked at\n")
    failed = say("submit", EXERCISE)
    assert failed.returncode == 1, failed.stderr
    assert "Not there yet" in failed.stdout
    assert "expected:" in failed.stdout
    assert "\x1b" not in failed.stdout

    again = say("get", EXERCISE)
    assert again.returncode == 2
    assert "changes of yours" in again.stderr
    shutil.copytree(EXERCISE_FOLDER / "solution", folder, dirs_exist_ok=True, ignore=lambda *_: ["REMOVED"])
    for path in (EXERCISE_FOLDER / "solution/REMOVED").read_text().split():
        (folder / path).unlink()
    passed = say("submit", EXERCISE)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout
    assert f"✓ {EXERCISE}" in say("list", "login_logout").stdout
    assert say("open", EXERCISE).stdout.strip() == f"{stack.origin}/exercises/{EXERCISE}/"

    key = config.read_text()
    assert say("logout").returncode == 0
    assert "Run: login" in say("list").stderr
    # The key is revoked, not only forgotten.
    config.write_text(key)
    assert "does not know you" in say("list").stderr


def test_a_site_that_is_not_there_is_named(say):
    refused = say("login", "--site", "http://localhost:9", "--email", "ada@example.org", typed="x\n")
    assert refused.returncode == 2
    assert "http://localhost:9 does not answer" in refused.stderr
    assert "Traceback" not in refused.stderr
