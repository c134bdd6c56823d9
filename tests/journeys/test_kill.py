"""A process that is killed outright loses nothing: what was being graded is graded after the restart, once."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.journeys.conftest import new_var_dir
from tests.journeys.people import EXERCISE, EXERCISE_FOLDER
from tests.stack import Stack

SLOW = "import time\n\ntime.sleep(3)\n"


class Visitor:
    """Just enough of a browser to hand in an exercise and to ask for its result."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def hand_in(self, files: dict[str, str]) -> str:
        page = self._opener.open(f"{self._origin}{EXERCISE}").read().decode()
        token = page.split('name="csrf-token" content="')[1].split('"')[0]
        request = urllib.request.Request(
            f"{self._origin}{EXERCISE}submissions/",
            data=json.dumps({"files": files}).encode(),
            headers={"X-CSRFToken": token, "Content-Type": "application/json"},
        )
        return json.load(self._opener.open(request))["id"]

    def result(self, submission: str) -> dict:
        return json.load(self._opener.open(f"{self._origin}/submissions/{submission}/"))

    def wait_for(self, submission: str, *states: str, within: float = 60) -> dict:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            result = self.result(submission)
            if result["state"] in states:
                return result
            time.sleep(0.1)
        raise AssertionError(result)


@pytest.fixture
def own_stack(prepared: Path, tmp_path_factory: pytest.TempPathFactory):
    running = Stack(new_var_dir(prepared, tmp_path_factory))
    running.start()
    yield running
    if running.process and running.process.poll() is None:
        running.stop()


def slow_solution() -> dict[str, str]:
    files = {
        file.relative_to(EXERCISE_FOLDER / "solution").as_posix(): file.read_text()
        for file in (EXERCISE_FOLDER / "solution").rglob("*")
        if file.is_file() and file.name != "REMOVED"
    }
    path = next(path for path in files if path.endswith("views.py"))
    return {**files, path: SLOW + files[path]}


def expect_graded_once(visitor: Visitor, submission: str) -> None:
    first = visitor.wait_for(submission, "passed", "failed", "error", "timeout")
    assert first["state"] == "passed", first
    names = [check["name"] for check in first["checks"]]
    assert len(names) == len(set(names))
    time.sleep(3)
    assert visitor.result(submission)["finished_at"] == first["finished_at"]


def test_the_site_is_killed_while_it_grades(own_stack: Stack):
    visitor = Visitor(own_stack.origin)
    submission = visitor.hand_in(slow_solution())
    visitor.wait_for(submission, "running")
    os.kill(own_stack.child("uvicorn"), signal.SIGKILL)
    time.sleep(0.5)
    own_stack.wait_until_ready()
    expect_graded_once(visitor, submission)


def test_everything_is_killed_while_it_grades(own_stack: Stack):
    visitor = Visitor(own_stack.origin)
    submission = visitor.hand_in(slow_solution())
    visitor.wait_for(submission, "running")
    assert own_stack.process
    site = own_stack.child("uvicorn")
    own_stack.process.kill()
    own_stack.process.wait()
    os.kill(site, signal.SIGKILL)
    wait_until_gone(own_stack)
    own_stack.start()
    expect_graded_once(visitor, submission)


def test_the_jail_is_killed_while_it_grades(own_stack: Stack):
    visitor = Visitor(own_stack.origin)
    submission = visitor.hand_in(slow_solution())
    visitor.wait_for(submission, "running")
    os.kill(own_stack.child("sandbox.jail"), signal.SIGKILL)
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
