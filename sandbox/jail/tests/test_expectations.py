"""What a learner reads of an expectation that did not hold."""

from typing import Any

import pytest

from sandbox.jail.examiner import ExerciseTestCase, Mismatch


@pytest.mark.parametrize(
    ("value", "got"),
    [(False, "It is not so."), (None, "nothing"), ("", "nothing"), ([], "[]"), (0, "0")],
)
def test_a_value_that_says_nothing_is_not_shown(value: Any, got: str) -> None:
    with pytest.raises(Mismatch) as mismatch:
        ExerciseTestCase("expect_true").expect_true(value, expected="an even number")
    assert (mismatch.value.expected, mismatch.value.got) == ("an even number", got)


def test_what_holds_says_nothing() -> None:
    ExerciseTestCase("expect_true").expect_true(["x"], expected="one at least")
