import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.jail import Jail, Project, Verdict, grade, start_jail
from sandbox.jail.tests.one_check import HEAD, Run
from sandbox.jail.tests.serving import serving

PING = """
from sandbox.jail.examiner import ExerciseTestCase

class Checks(ExerciseTestCase):
    def test_ping(self):
        \"\"\"It answers.\"\"\"
        self.expect(self.client.get("/ping/").text, "pong")
"""

PONG = {
    "urls.py": """
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("ping/", lambda request: HttpResponse("pong"))]
"""
}

ASK = """
from sandbox.jail.examiner import ExerciseTestCase

class Checks(ExerciseTestCase):
    def test_ask(self):
        \"\"\"The answer is 42.\"\"\"
        self.expect(self.client.get("/").text, "42")
"""


@pytest.fixture(scope="session")
def jail() -> Iterator[Jail]:
    # Without the outer wall: what a child is locked with must not need it.
    with start_jail(wall="none") as started:
        yield started


SOMEBODY = """
from sandbox.jail.lockdown import runtime
runtime.open_to_others(runtime.readable())
os.setgroups([])
os.setresgid(61000, 61000, 61000)
os.setresuid(61000, 61000, 61000)
"""


@pytest.fixture(scope="session")
def one_user() -> Iterator[Jail]:
    """A jail that is not root: as in a container, its children have one user, by whom the kernel counts."""
    if os.getuid() != 0:
        pytest.skip("needs root, to become somebody else")
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o777)
        with serving(Path(directory) / "s", SOMEBODY) as jail:
            yield jail


@dataclass
class Still:
    """The jail is as it was: an honest project is graded right, and so is a wrong one."""

    jail: Jail

    def works(self) -> None:
        right = grade(self.jail, Project(files=PONG), PING, time_limit=20)
        assert (right.state, right.message) == ("passed", "All 1 checks passed.")
        wrong = Project(files={"urls.py": PONG["urls.py"].replace('"pong"', '"ping"')})
        assert grade(self.jail, wrong, PING, time_limit=20).state == "failed"


@pytest.fixture
def still(jail: Jail) -> Iterator[Still]:
    still, zygote = Still(jail), jail.zygote()
    yield still
    assert jail.zygote() == zygote
    still.works()


@pytest.fixture
def unharmed(jail: Jail) -> Iterator[None]:
    """As `still`, for one of hundreds of cases: the zygote lives, the next honest project is graded right."""
    zygote = jail.zygote()
    yield
    assert jail.zygote() == zygote
    assert grade(jail, Project(files=PONG), PING, time_limit=20).state == "passed"


@pytest.fixture
def answer(jail: Jail) -> Callable[..., Verdict]:
    """Grades a view's body (it sets `result`) by a check that wants the text 42."""

    def run(body: str, *, time_limit: float = 20, checks: str = ASK, **files: str) -> Verdict:
        indented = "\n".join(f"    {line}" for line in body.strip().splitlines())
        urls = (
            "import ctypes, os, sys, socket, threading, time, resource, errno, signal\n"
            "from django.http import HttpResponse\nfrom django.urls import path\n"
            f"def view(request):\n{indented}\n    return HttpResponse(result)\n"
            "urlpatterns = [path('', view)]\n"
        )
        return grade(jail, Project(files={"urls.py": urls, **files}), checks, time_limit=time_limit)

    return run


@pytest.fixture
def checked(jail: Jail) -> Run:
    """Grades `files` by one check with this body."""

    def run(
        files: dict[str, str], body: str, *, time_limit: float = 20, apps: tuple[str, ...] = ()
    ) -> Verdict:
        lines = "\n".join(f"        {line}" for line in body.strip().splitlines())
        checks = f'{HEAD}    def test_it(self):\n        """It works."""\n{lines}\n'
        return grade(jail, Project(files=files, apps=apps), checks, time_limit=time_limit)

    return run
