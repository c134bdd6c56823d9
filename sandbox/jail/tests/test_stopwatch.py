"""A project that takes too long is told where it stood."""

import time

import pytest

from sandbox.jail import Jail, Project, StillRunning
from sandbox.jail.supervisor import grade

VIEWS = """import threading, time
from django.http import HttpResponse

def loop(request):
    while True:
        pass

def stubborn(request):
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass

async def nap(request):
    time.sleep(60)
"""
FILES = {
    "urls.py": (
        "from django.urls import path\nimport views\n"
        "urlpatterns = [path(f'{name}/', getattr(views, name)) for name in ('loop', 'stubborn', 'nap')]\n"
    ),
    "views.py": VIEWS,
}
CHECKS = """
from sandbox.jail.examiner import ExerciseTestCase

class Checks(ExerciseTestCase):
    def test_first(self):
        \"\"\"It answers.\"\"\"
        self.client.get("/loop/")

    def test_second(self):
        \"\"\"It answers again.\"\"\"
"""
ENDLESS = {"urls.py": "urlpatterns = []\nprint('begun')\nwhile True:\n    pass\n"}


def test_a_boot_without_an_end_says_its_line(jail: Jail) -> None:
    with (
        pytest.raises(StillRunning) as raised,
        jail.boot(Project(files=ENDLESS), within=1.5),
    ):
        raise AssertionError("it booted")
    last = raised.value.frames[-1]
    assert (last["file"], last["line"] in (3, 4)) == ("urls.py", True)


@pytest.mark.parametrize(
    ("path", "function", "lines"),
    [("/loop/", "loop", (5, 6)), ("/stubborn/", "stubborn", range(9, 14)), ("/nap/", "nap", (16,))],
)
def test_a_request_without_an_end_says_its_line(jail: Jail, path: str, function: str, lines: range) -> None:
    with jail.boot(Project(files=FILES)) as project:
        project.deadline = time.monotonic() + 1.0
        with pytest.raises(StillRunning) as raised:
            project.request("GET", path)
    last = raised.value.frames[-1]
    assert (last["file"], last["function"], last["line"] in lines) == ("views.py", function, True)


def test_an_entry_that_ends_in_time_is_followed_by_others(jail: Jail) -> None:
    with jail.boot(Project(files=FILES)) as project:
        assert project.evaluate("import time; time.sleep(0.2); 1")["value"] == 1
        assert project.evaluate("2")["value"] == 2


def test_a_grade_names_the_line_in_the_check_that_ran(jail: Jail) -> None:
    verdict = grade(jail, Project(files=FILES), CHECKS, time_limit=2)
    assert verdict.state == "timeout"
    assert verdict.message == "The time limit of 2 seconds ran out during: It answers."
    first, second = verdict.checks
    assert (first.status, first.frames[-1]["file"], second.status) == ("error", "views.py", "not_run")


def test_a_grade_names_the_line_that_keeps_it_from_starting(jail: Jail) -> None:
    verdict = grade(jail, Project(files=ENDLESS), CHECKS, time_limit=2)
    assert verdict.state == "timeout"
    assert verdict.message.startswith("Your project did not start within 2 seconds.\nurls.py, line ")
    assert verdict.output == "begun\n"
