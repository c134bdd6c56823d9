"""Judging answers."""

from __future__ import annotations

import pytest

from content.models import LessonPage
from content.quiz import UnknownAnswer, UnknownQuestion, check_answer, find_question, questions_of, view_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(lesson_page: LessonPage) -> str:
    """The id of the lesson's quiz."""
    return next(block.id for block in lesson_page.body if block.block_type == "quiz")


@pytest.mark.parametrize(
    ("question", "chosen", "right"),
    [
        (0, [1], True),
        (0, [0], False),
        (0, [0, 1], False),
        (1, [0, 1], True),
        (1, [0], False),
        (1, [1, 0, 1], True),
    ],
)
def test_right_is_exactly_the_right_answers(
    lesson_page: LessonPage, quiz: str, question: int, chosen, right: bool
):
    assert check_answer(lesson_page, quiz, question, chosen).right is right


def test_every_answer_is_explained(lesson_page: LessonPage, quiz: str):
    result = check_answer(lesson_page, quiz, 0, [0])
    assert "A slice of one has one." in result.explanations[0]
    assert "<pre" in result.explanations[1]
    assert result.chosen == {0}


@pytest.mark.parametrize("chosen", [[], [2], [-1]])
def test_answer_that_is_not_offered_is_refused(lesson_page: LessonPage, quiz: str, chosen):
    with pytest.raises(UnknownAnswer):
        check_answer(lesson_page, quiz, 0, chosen)


@pytest.mark.parametrize(("block", "question"), [("nothing", 0), (None, 2), (None, -1)])
def test_question_that_is_not_there_is_refused(lesson_page: LessonPage, quiz: str, block, question: int):
    with pytest.raises(UnknownQuestion):
        check_answer(lesson_page, block or quiz, question, [0])


def test_questions_are_listed(lesson_page: LessonPage, quiz: str):
    assert questions_of(lesson_page) == [(quiz, 0), (quiz, 1)]


def test_view_marks_what_was_chosen(lesson_page: LessonPage, quiz: str):
    result = check_answer(lesson_page, quiz, 1, [0, 2])
    view = view_of(find_question(lesson_page, quiz, 1), quiz, 1, result)
    assert [answer.chosen for answer in view.answers] == [True, False, True]
    assert view.is_multiple
