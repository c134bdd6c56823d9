"""A process that is killed outright loses nothing: what was being graded is graded again, once."""

from __future__ import annotations

import os
import signal
import time
import urllib.request
from collections.abc import Iterator

import pytest

from tests.stack import Stack
from tests.visitor import Visitor, solution

SLOW = "import time\n\ntime.sleep(3)\n"


@pytest.fixture
def mortal(stack: Stack) -> Iterator[Stack]:
    """The journeys' site, whole before and after: nobody else uses it meanwhile."""
    yield stack
    if stack.process is None or stack.process.poll() is not None:
        stack.start()
    stack.wait_until_ready()


def slow_solution() -> dict[str, str]:
    files = solution()
    path = next(path for path in files if path.endswith("views.py"))
    return {**files, path: SLOW + files[path]}


def expect_graded_once(visitor: Visitor, submission: str) -> None:
    first = visitor.wait_for(submission, "passed", "failed", "error", "timeout")
    assert first["state"] == "passed", first
    names = [check["name"] for check in first["checks"]]
    assert len(names) == len(set(names))
    time.sleep(3)
    assert visitor.result(submission)["finished_at"] == first["finished_at"]


def test_the_site_is_killed_while_it_grades(mortal: Stack):
    visitor = Visitor(mortal.origin)
    submission = visitor.hand_in(slow_solution())
    visitor.wait_for(submission, "running")
    os.kill(mortal.child("uvicorn"), signal.SIGKILL)
    time.sleep(0.5)
    mortal.wait_until_ready()
    expect_graded_once(visitor, submission)


def test_everything_is_killed_while_it_grades(mortal: Stack):
    visitor = Visitor(mortal.origin)
    submission = visitor.hand_in(slow_solution())
    visitor.wait_for(submission, "running")
    assert mortal.process
    site = mortal.child("uvicorn")
    mortal.process.kill()
    mortal.process.wait()
    os.kill(site, signal.SIGKILL)
    wait_until_gone(mortal)
    mortal.start()
    expect_graded_once(visitor, submission)


def test_the_jail_is_killed_while_it_grades(mortal: Stack):
    visitor = Visitor(mortal.origin)
    submission = visitor.hand_in(slow_solution())
    visitor.wait_for(submission, "running")
    os.kill(mortal.child("sandbox.jail"), signal.SIGKILL)
    expect_graded_once(visitor, submission)


def wait_until_gone(stack: Stack) -> None:
    """The children of a killed `manage.py up` stop by themselves and free their ports."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{stack.demos_origin}/livez", timeout=1).close()
        except OSError:
            return
        time.sleep(0.2)
    raise AssertionError("the demos site outlives the process that started it")
