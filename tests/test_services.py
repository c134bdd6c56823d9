"""The same code on PostgreSQL and Redis, with the worker as a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.races import RACES
from tests.services import postgresql_server, redis_server
from tests.stack import Stack, get_json
from tests.visitor import Visitor, solution

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def broker() -> Iterator[ExitStack]:
    """Holds the Redis server; closing it stops that."""
    with ExitStack() as running:
        yield running


@pytest.fixture(scope="module")
def scaled(
    tmp_path_factory: pytest.TempPathFactory, broker: ExitStack, prepared_demos: Path
) -> Iterator[Stack]:
    with postgresql_server() as database:
        environment = {"DATABASE_URL": database, "REDIS_URL": broker.enter_context(redis_server())}
        running = Stack(tmp_path_factory.mktemp("scaled") / "var", extra_environment=environment)
        shutil.copytree(prepared_demos, running.var_dir / "demos")
        running.start()
        yield running
        running.stop()


def row(stack: Stack, submission: str) -> tuple[object, ...] | None:
    """Return the submission's state, and how often it was tried."""
    url = stack.extra_environment["DATABASE_URL"].replace("postgres:", "postgresql:")
    with psycopg.connect(url) as database:
        asked = "SELECT state, tries FROM grading_submission WHERE id = %s"
        return database.execute(asked, [submission]).fetchone()


def test_an_exercise_is_graded_by_the_worker_and_its_row_is_in_postgresql(scaled: Stack):
    visitor = Visitor(scaled.origin)
    submission = visitor.hand_in(solution())
    assert visitor.wait_for(submission, "passed", "failed", "error", "ours")["state"] == "passed"
    assert row(scaled, submission) == ("passed", 1)
    assert "celery" in Path(f"/proc/{scaled.child('celery')}/cmdline").read_text()


def test_every_part_is_ready_and_named(scaled: Stack):
    parts = get_json(f"{scaled.origin}/readyz")
    assert parts == {"database": "ok", "broker": "ok", "grader": "ok", "disk": "ok"}


def test_a_worker_that_is_killed_loses_nothing(scaled: Stack):
    visitor = Visitor(scaled.origin)
    os.kill(scaled.child("celery"), signal.SIGKILL)
    submission = visitor.hand_in(solution())
    assert visitor.wait_for(submission, "passed", "failed", "error")["state"] == "passed"
    time.sleep(1)
    assert visitor.result(submission)["state"] == "passed"


def test_of_two_at_once_the_second_waits_and_sees_what_the_first_did(scaled: Stack):
    environment = {**os.environ, "DATABASE_URL": scaled.extra_environment["DATABASE_URL"]}
    command = [sys.executable, "-m", "tests.races"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stderr[-3000:]
    assert run.stdout.split() == list(RACES)


SHARED = """
import threading, django
django.setup()
from django.db import OperationalError, connection

def backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]

def elsewhere(work):
    thread = threading.Thread(target=work)
    thread.start()
    return thread

options = connection.settings_dict["OPTIONS"]["pool"]
options["timeout"] = 60.0
seen = {backend()}  # the first one opens the pool, and one more where it has to wait for that
connection.close()
connection.pool.wait()
for _ in range(options["max_size"]):
    elsewhere(lambda: (seen.add(backend()), connection.close())).join()
assert len(seen) <= options["max_size"] // 2, "each request opened its own"

def end_the_others():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'shared'"
        )
    connection.close()

elsewhere(end_the_others).join()
for _ in range(options["max_size"]):
    assert backend()
    connection.close()

begin, end = threading.Barrier(options["max_size"] + 1), threading.Event()
def hold():
    backend()
    begin.wait(60)
    end.wait(60)
    connection.close()
holding = [elsewhere(hold) for _ in range(options["max_size"])]
begin.wait(60)
connection.pool.timeout = 1.0
try:
    backend()
except OperationalError as error:
    print("refused:", error)
connection.pool.timeout = 60.0
end.set()
for thread in holding:
    thread.join()
print("and again:", backend() > 0)
connection.close()
connection.close_pool()
"""


def test_connections_that_are_kept_are_shared_asked_before_use_and_bounded(scaled: Stack):
    environment = {
        **os.environ,
        "DATABASE_URL": f"{scaled.extra_environment['DATABASE_URL']}?application_name=shared",
        "DATABASE_POOL": "12",
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
    }
    command = [sys.executable, "-c", SHARED]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr[-3000:]
    refused, again = run.stdout.splitlines()
    assert refused.startswith("refused: couldn't get a connection after 1.00 sec")
    assert again == "and again: True"


def test_what_is_printed_needs_no_local_accounts(scaled: Stack):
    assert "learner@example.com" not in scaled.log
    assert (Path(scaled.var_dir) / "lms.sqlite3").exists() is False


def test_a_newer_version_takes_the_place_of_the_waiting_one(scaled: Stack):
    visitor, worker = Visitor(scaled.origin), scaled.child("celery")
    os.kill(worker, signal.SIGSTOP)
    try:
        first, second = visitor.hand_in(solution()), visitor.hand_in(solution())
        assert visitor.result(first)["state"] == "cancelled"
        assert "newer version" in visitor.result(first)["message"]
        assert visitor.result(second)["position"] == 1
    finally:
        os.kill(worker, signal.SIGCONT)
    assert visitor.wait_for(second, "passed", "failed", "error")["state"] == "passed"
    assert row(scaled, first) == ("cancelled", 0)


def test_a_broker_that_is_gone_keeps_the_work_and_it_is_graded_once(scaled: Stack, broker: ExitStack):
    visitor = Visitor(scaled.origin)
    broker.close()
    submission = visitor.hand_in(solution())
    kept = visitor.result(submission)
    assert (kept["state"], kept["finished_at"]) == ("ours", None)
    assert "will be graded by itself" in kept["message"]
    port = urlsplit(scaled.extra_environment["REDIS_URL"]).port
    assert port
    broker.enter_context(redis_server(port))
    assert visitor.wait_for(submission, "passed", "failed", "error", within=120)["state"] == "passed"
    time.sleep(1)
    assert row(scaled, submission) == ("passed", 1)
