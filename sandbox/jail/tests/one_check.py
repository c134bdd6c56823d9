"""Exercises whose only check has the body that a test gives it: the fixture `checked` grades them."""

from collections.abc import Callable

from sandbox.jail import Verdict

HEAD = "from sandbox.jail.examiner import ExerciseTestCase\n\n\nclass Checks(ExerciseTestCase):\n"
# Takes a project's files and the body of its check; conftest.py says what else.
Run = Callable[..., Verdict]


def passed(verdict: Verdict) -> None:
    first = verdict.checks[0] if verdict.checks else None
    assert verdict.state == "passed", (verdict.message, first)
