"""When a lesson is done, and what percentage it says."""

from __future__ import annotations

import pytest

from lms.progress.rules import Asked, Done, LessonProgress

ASKED = Asked("counting", missions=("jump", "fall"), exercises=("repair",), questions=("q1", "q2"))
ALL = Done(
    read=True,
    missions=frozenset({"jump", "fall"}),
    exercises=frozenset({"repair"}),
    questions=frozenset({"q1", "q2"}),
)


def test_nothing_done_is_zero_percent_and_not_started():
    progress = LessonProgress(ASKED, Done())
    assert (progress.percent, progress.is_started, progress.is_done, progress.left) == (0, False, False, 6)


def test_everything_done_is_a_hundred_percent():
    progress = LessonProgress(ASKED, ALL)
    assert (progress.percent, progress.is_done, progress.left) == (100, True, 0)


@pytest.mark.parametrize(
    "missing",
    [
        {"read": False},
        {"missions": frozenset({"jump"})},
        {"exercises": frozenset()},
        {"questions": frozenset({"q2"})},
    ],
)
def test_one_thing_left_is_less_than_a_hundred_and_not_done(missing):
    progress = LessonProgress(ASKED, Done(**{**vars(ALL), **missing}))
    assert (progress.percent, progress.is_done, progress.left) == (83, False, 1)


def test_an_added_exercise_is_left_and_takes_the_lesson_back_from_done():
    more = Asked("counting", ASKED.missions, ("repair", "build"), ASKED.questions)
    progress = LessonProgress(more, ALL)
    assert (progress.percent, progress.is_done, progress.exercises_left) == (85, False, ("build",))


def test_a_withdrawn_exercise_counts_neither_as_done_nor_as_left():
    without = Asked("counting", ASKED.missions, (), ASKED.questions)
    progress = LessonProgress(without, Done(exercises=frozenset({"repair"})))
    assert (progress.things, progress.percent, progress.is_started) == (5, 0, False)
    assert LessonProgress(without, ALL).percent == 100


def test_a_lesson_that_asks_for_nothing_is_done_when_it_is_read():
    assert LessonProgress(Asked("bare"), Done()).percent == 0
    assert LessonProgress(Asked("bare"), Done(read=True)).is_done


def test_percent_is_a_hundred_only_when_nothing_is_left():
    many = Asked("long", questions=tuple(str(number) for number in range(400)))
    done = Done(read=True, questions=frozenset(str(number) for number in range(399)))
    assert LessonProgress(many, done).percent == 99


def test_a_try_in_vain_is_a_start():
    assert LessonProgress(ASKED, Done(tried=frozenset({"repair"}))).is_started
    assert LessonProgress(ASKED, Done(answered=frozenset({"q1"}))).is_started
    assert not LessonProgress(ASKED, Done(tried=frozenset({"withdrawn"}))).is_started
