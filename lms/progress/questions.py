"""Which questions a lesson asks, and by what key an answer to one is remembered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from content.lesson_format import Question
from content.models import LessonPage
from content.quiz import question_of


@dataclass(frozen=True)
class PlacedQuestion:
    """A question, and where it stands: in which quiz of the page, as which one from 0."""

    block_id: str
    index: int
    question: Question

    @property
    def anchor(self) -> str:
        """The id of its element on the lesson's page."""
        return f"quiz-{self.block_id}-{self.index}"


def question_key(question: Question) -> str:
    """Return the key of a question: 32 hex digits that follow from what it asks and which answers it has.

    A question that moves keeps its key, and so does one whose explanations are put better. One that asks
    something else, or has another right answer, is another question and has to be answered again.
    """
    identity = [question.text, [[answer.text, answer.right] for answer in question.answers]]
    return hashlib.sha256(json.dumps(identity, ensure_ascii=False).encode()).hexdigest()[:32]


def questions_of(page: LessonPage) -> dict[str, PlacedQuestion]:
    """Return the questions of a lesson by key, in their order."""
    return {question_key(placed.question): placed for placed in _questions(page)}


def _questions(page: LessonPage) -> Iterator[PlacedQuestion]:
    # By index: a child's value is only built when it is asked for, and most children are long texts.
    for place, raw in enumerate(page.body.raw_data):
        if raw["type"] == "quiz":
            child = page.body[place]
            for index, value in enumerate(child.value["questions"]):
                yield PlacedQuestion(str(child.id), index, question_of(value))
