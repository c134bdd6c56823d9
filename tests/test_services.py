"""The same code on PostgreSQL and Redis, with the worker as a process of its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.services import postgresql_server, redis_server
from tests.stack import Stack, get_json
from tests.visitor import Visitor, solution

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("services")]


@pytest.fixture(scope="module")
def scaled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with postgresql_server() as database, redis_server() as redis:
        environment = {"DATABASE_URL": database, "REDIS_URL": redis}
        running = Stack(tmp_path_factory.mktemp("scaled") / "var", extra_environment=environment)
        running.start()
        yield running
        running.stop()


def test_an_exercise_is_graded_by_the_worker_and_its_row_is_in_postgresql(scaled: Stack):
    visitor = Visitor(scaled.origin)
    submission = visitor.hand_in(solution())
    assert visitor.wait_for(submission, "passed", "failed", "error", "ours")["state"] == "passed"
    with psycopg.connect(
        scaled.extra_environment["DATABASE_URL"].replace("postgres:", "postgresql:")
    ) as database:
        row = database.execute("SELECT state FROM grading_submission WHERE id = %s", [submission]).fetchone()
    assert row == ("passed",)
    assert "celery" in Path(f"/proc/{scaled.child('celery')}/cmdline").read_text()


def test_every_part_is_ready_and_named(scaled: Stack):
    assert get_json(f"{scaled.origin}/readyz") == {"database": "ok", "broker": "ok", "grader": "ok"}


def test_a_worker_that_is_killed_loses_nothing(scaled: Stack):
    visitor = Visitor(scaled.origin)
    os.kill(scaled.child("celery"), signal.SIGKILL)
    submission = visitor.hand_in(solution())
    assert visitor.wait_for(submission, "passed", "failed", "error")["state"] == "passed"
    time.sleep(1)
    assert visitor.result(submission)["state"] == "passed"


def test_what_is_printed_needs_no_local_accounts(scaled: Stack):
    assert "learner@example.com" not in scaled.log
    assert (Path(scaled.var_dir) / "lms.sqlite3").exists() is False
