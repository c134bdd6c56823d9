"""Questions of a lesson's quizzes: how they are shown, and whether an answer is right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.utils.safestring import SafeString

from content.lesson_format import Answer, Question
from content.markdown import render_inline, render_markdown

if TYPE_CHECKING:
    from content.models import LessonPage


_SALT = "content.quiz.preview"


class UnknownQuestion(LookupError):
    """The page has no such quiz, or the quiz no such question."""


class UnknownAnswer(ValueError):
    """Nothing was chosen, or something that the question does not offer. The message is for the learner."""


@dataclass(frozen=True)
class QuizResult:
    """`right` is true where exactly the right answers were chosen; `explanations` are HTML, one an answer."""

    right: bool
    chosen: frozenset[int]
    explanations: tuple[SafeString, ...]


@dataclass(frozen=True)
class AnswerView:
    index: int
    html: SafeString
    right: bool
    chosen: bool
    explanation_html: SafeString


@dataclass(frozen=True)
class QuestionView:
    """What templates/content/quiz/question.html shows. Without a `result` it gives nothing away.

    In an editor's preview it is `sealed`: the form brings the question along, and its answers are not kept.
    """

    block_id: str
    index: int
    html: SafeString
    is_multiple: bool
    answers: tuple[AnswerView, ...]
    result: QuizResult | None
    sealed: str = ""

    @property
    def id(self) -> str:
        """The id of its element on the page."""
        return f"quiz-{self.block_id}-{self.index}"

    @property
    def state(self) -> str:
        """Return `right` or `wrong`; an empty string before it is answered."""
        if self.result is None:
            return ""
        return "right" if self.result.right else "wrong"


def questions_of(page: LessonPage) -> list[tuple[str, int]]:
    """Return (block id, question index) of every question of the page, in its order."""
    return [
        (child.id, index)
        for child in page.body
        if child.block_type == "quiz"
        for index in range(len(child.value["questions"]))
    ]


def check_answer(page: LessonPage, block_id: str, question: int, chosen: Iterable[int]) -> QuizResult:
    """Judge the answers with the indices `chosen`. Raises UnknownQuestion and UnknownAnswer."""
    return judge(find_question(page, block_id, question), chosen)


def judge(question: Question, chosen: Iterable[int]) -> QuizResult:
    """Judge the answers with the indices `chosen`. Raises UnknownAnswer."""
    picked = frozenset(chosen)
    if not picked:
        raise UnknownAnswer("Choose an answer first.")
    if not picked <= set(range(len(question.answers))):
        raise UnknownAnswer("The question does not offer that answer.")
    right = {index for index, answer in enumerate(question.answers) if answer.right}
    return QuizResult(
        right=picked == right,
        chosen=picked,
        explanations=tuple(render_markdown(answer.explanation) for answer in question.answers),
    )


def find_question(page: LessonPage, block_id: str, question: int) -> Question:
    """Return a question of the published page, or raise UnknownQuestion."""
    for child in page.body:
        if child.block_type == "quiz" and child.id == block_id:
            questions: Any = child.value["questions"]
            if 0 <= question < len(questions):
                return question_of(questions[question])
    raise UnknownQuestion(f"The lesson {page.slug} has no question {question} in a quiz {block_id!r}.")


def question_of(value: Any) -> Question:
    """Return the question that the value of a QuestionBlock is."""
    return Question(
        text=value["text"],
        answers=tuple(
            Answer(text=answer["text"], right=bool(answer["right"]), explanation=answer["explanation"])
            for answer in value["answers"]
        ),
    )


def seal(question: Question) -> str:
    """Return the question as text that only this site can have written. It can be read: it is for authors."""
    return signing.dumps(asdict(question), salt=_SALT, compress=True)


def unseal(text: str) -> Question:
    """Return the question that was sealed, or raise UnknownQuestion."""
    try:
        data = signing.loads(text, salt=_SALT)
    except signing.BadSignature as error:
        raise UnknownQuestion("The question is not one that this site has asked.") from error
    return Question(text=data["text"], answers=tuple(Answer(**answer) for answer in data["answers"]))


def view_of(
    question: Question, block_id: str, index: int, result: QuizResult | None = None, *, sealed: str = ""
) -> QuestionView:
    """Return what the template `content/quiz/question.html` shows as `question`."""
    return QuestionView(
        block_id=block_id,
        index=index,
        html=render_inline(question.text),
        is_multiple=sum(answer.right for answer in question.answers) > 1,
        answers=tuple(
            AnswerView(
                index=number,
                html=render_inline(answer.text),
                right=answer.right,
                chosen=result is not None and number in result.chosen,
                explanation_html=render_markdown(answer.explanation),
            )
            for number, answer in enumerate(question.answers)
        ),
        result=result,
        sealed=sealed,
    )
