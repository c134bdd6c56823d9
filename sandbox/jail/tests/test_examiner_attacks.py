"""Attacks by the author of checks: the examiner's process is locked in as the learner's is."""

import json
import time
from collections.abc import Callable

import pytest

from sandbox.jail import Jail, Project, Verdict, grade
from sandbox.jail.tests.conftest import PING, PONG, Still
from sandbox.jail.tests.test_attacks import REFUSED, REPOSITORY, x86_only
from sandbox.jail.tests.test_tool_attacks import PRELUDE, TRY

Check = Callable[..., Verdict]

HEAD = """
import os, sys, threading, time
from sandbox.jail.examiner import ExerciseTestCase
"""
BODY = """
class Checks(ExerciseTestCase):
    def test_ping(self):
        \"\"\"It answers.\"\"\"
        self.expect(self.client.get("/ping/").text, "pong")
"""


@pytest.fixture
def check(jail: Jail) -> Check:
    """Grades the project that answers "pong" by these checks."""

    def run(source: str, *, time_limit: float = 20, project: dict[str, str] | None = None) -> Verdict:
        return grade(jail, Project(files=project or PONG), source, time_limit=time_limit)

    return run


@x86_only
def test_every_attack_of_a_learner_is_refused_to_an_author(check: Check, still: Still) -> None:
    prelude = PRELUDE.replace("{repository!r}", repr(REPOSITORY))
    attempt = TRY[: TRY.index("print(")]
    # There is no file in an examiner's directory, so for attacks on one there is nothing to attack.
    cases = {name: source for name, source in REFUSED.items() if "'urls.py'" not in source}
    source = f"""{HEAD}{prelude}{attempt}
CASES = {json.dumps(cases)!r}

class Checks(ExerciseTestCase):
    def test_all(self):
        \"\"\"All are refused.\"\"\"
        self.client.get("/ping/")
        told = {{name: attempt(source) for name, source in json.loads(CASES).items()}}
        self.expect({{name: what for name, what in told.items() if what != "refused"}}, {{}})
        self.assertGreater(len(told), 110)
"""
    verdict = check(source)
    assert verdict.state == "passed", verdict


def tell(**message: object) -> str:
    return f"        self.link.tell({message!r})\n"


RESULT = {"op": "result", "status": "passed", "ms": 1, "queries": 0}
OURS = {
    "exits_in_a_check": BODY + "        os._exit(0)\n",
    "exits_on_import": "os._exit(0)\n" + BODY,
    "raises_on_import": "raise SystemExit\n" + BODY,
    "crashes": BODY + "        import ctypes; ctypes.string_at(0)\n",
    "no_check": "class Checks(ExerciseTestCase): pass\n",
    "two_classes": BODY + BODY.replace("Checks", "More"),
    "closes_its_line": BODY + "        os.close(3)\n",
    "gives_a_result_twice": BODY + tell(**RESULT, name="test_ping"),
    "gives_a_result_of_another": BODY + tell(**RESULT, name="test_x"),
    "says_it_is_done_too_early": BODY + "        self.link.tell({'op': 'done'}); time.sleep(1)\n",
    "begins_a_check_within_a_check": BODY + "        self.link.ask({'op': 'start', 'name': 'test_ping'})\n",
    "asks_for_something_there_is_not": BODY + "        self.link.ask({'op': 'boot', 'files': {}})\n",
    "says_garbage": BODY + "        os.write(3, b'\\xff' * 100); time.sleep(1)\n",
    "says_too_much": BODY + "        self.link.ask({'op': 'run', 'source': 'x' * (9 << 20)})\n",
    "claims_a_fault_of_the_jail": BODY + "        self.link.ask({'op': 'refused', 'reason': 'x'})\n",
}


@pytest.mark.parametrize("name", OURS)
def test_what_an_author_breaks_is_never_a_verdict_on_the_learner(check: Check, name: str) -> None:
    verdict = check(HEAD + OURS[name])
    if name == "says_too_much":
        # The examiner's own side refuses to send that; the check then fails, and says why.
        assert (verdict.state, verdict.checks[0].status) == ("failed", "failed")
        assert "more than" in verdict.checks[0].message
    else:
        assert verdict.state == "ours", verdict
        assert verdict.message.startswith("This exercise's checks are broken: ")


LATE = {
    "talks_after_its_last_word": (
        "leave = os._exit\ndef last(status):\n    os.write(3, b'more')\n    leave(status)\nos._exit = last\n"
    ),
    "ends_with_a_bad_status": "leave = os._exit\nos._exit = lambda status: leave(3)\n",
    "does_not_end": "os._exit = lambda status: time.sleep(100)\n",
}


@pytest.mark.parametrize("name", LATE)
def test_after_an_author_s_last_word_nothing_is_heard(check: Check, still: Still, name: str) -> None:
    began = time.monotonic()
    assert check(HEAD + LATE[name] + BODY).state == "passed"
    assert time.monotonic() - began < 10


def test_authors_left_the_jail_as_it_was(still: Still) -> None:
    """The fixture grades a right and a wrong project on the jail that all of the above attacked."""


@pytest.mark.parametrize(
    "source",
    [
        BODY + "        while True: pass\n",
        BODY + "        time.sleep(100)\n",
        BODY + "        threading.Thread(target=time.sleep, args=(100,)).start(); time.sleep(100)\n",
    ],
)
def test_checks_without_end_are_ended(check: Check, still: Still, source: str) -> None:
    assert check(HEAD + source, time_limit=1.5).state == "timeout"


def test_checks_that_eat_all_memory_fail_alone(check: Check, still: Still) -> None:
    verdict = check(HEAD + BODY + "        self.kept = bytearray(4 << 30)\n")
    assert verdict.checks[0].status == "failed"
    assert "MemoryError" in verdict.checks[0].message


def test_an_examiner_without_any_memory_left_is_no_fault_of_ours(check: Check, still: Still) -> None:
    """What a project answers can fill it, until it can't even say so: as ours it would be tried for ever."""
    verdict = check(HEAD + BODY + "    def run(self, result=None):\n        raise MemoryError\n")
    assert (verdict.state, verdict.checks[0].status) == ("error", "error")
    assert verdict.message == "The check ran out of memory: your project's answers are too large for it."


def test_nothing_of_an_examiner_is_left_for_the_next_one(check: Check) -> None:
    leave = HEAD + "sys.modules['left'] = os\nos.environ['LEFT'] = 'x'\n" + BODY
    assert check(leave).state == "passed"
    look = (
        HEAD + BODY + "        self.expect(('left' in sys.modules, 'LEFT' in os.environ), (False, False))\n"
    )
    assert check(look).state == "passed"


def test_a_learner_s_text_reaches_an_author_s_page_as_text(check: Check) -> None:
    project = {"urls.py": PONG["urls.py"].replace('"pong"', '"<script>\\x1b[2J\\x00"')}
    [result] = check(PING, project=project).checks
    assert (result.status, result.expected) == ("failed", "pong")
    assert result.got == "<script>\x1b[2J\ufffd"
