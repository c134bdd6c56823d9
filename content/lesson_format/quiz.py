"""The inside of a quiz directive."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from content.errors import ContentError
from content.lesson_format.document import Answer, Question
from content.lesson_format.lines import Line, check_markdown, fenced_lines, without_blank_ends

_ANSWER = re.compile(r"- \[(?P<mark>.)\](?: (?P<text>.*))?$")
_INDENT = "  "


@dataclass
class _Draft:
    line: int
    text: str
    right: bool = False
    lines: list[tuple[int, str]] = field(default_factory=list)


def parse_questions(body: list[tuple[int, str]], *, line: int) -> tuple[Question, ...]:
    """Read the questions of a quiz that begins in `line`."""
    questions: list[tuple[_Draft, list[_Draft]]] = []
    for entry in fenced_lines(body):
        heading = not entry.in_fence and entry.text.startswith("### ")
        if heading:
            questions.append((_Draft(entry.number, entry.text[4:].strip()), []))
        elif not questions:
            if entry.text.strip():
                raise ContentError("A quiz begins with a question: ### and its text.", line=entry.number)
        else:
            _add_answer_line(questions[-1][1], entry)
    if not questions:
        raise ContentError("The quiz has no question: a line of ### and its text.", line=line)
    return tuple(_question(draft, answers) for draft, answers in questions)


def _add_answer_line(answers: list[_Draft], line: Line) -> None:
    number, text = line.number, line.text
    match = None if line.in_fence else _ANSWER.match(text)
    if match:
        if match["mark"] not in "x ":
            raise ContentError(
                "An answer begins with - [x] when it is right, - [ ] when it is wrong.", line=number
            )
        answers.append(_Draft(number, (match["text"] or "").strip(), match["mark"] == "x"))
    elif answers and (text.startswith(_INDENT) or not text.strip()):
        answers[-1].lines.append((number, text[len(_INDENT) :]))
    elif text.strip():
        raise ContentError(
            "In a quiz, a line is a question (###), an answer (- [ ] or - [x]), "
            "or an answer's explanation, indented by two spaces.",
            line=number,
        )


def _question(draft: _Draft, answers: list[_Draft]) -> Question:
    question = Question(text=draft.text, answers=tuple(_answer(answer) for answer in answers))
    problem = problem_of(question)
    if problem:
        raise ContentError(problem, line=draft.line)
    return question


def _answer(draft: _Draft) -> Answer:
    lines = without_blank_ends(draft.lines)
    if not draft.text:
        raise ContentError("The answer has no text.", line=draft.line)
    if not lines:
        raise ContentError(f"The answer {draft.text!r} has no explanation.", line=draft.line)
    explanation = "\n".join(text if text.strip() else "" for _, text in lines)
    check_markdown(explanation, first=lines[0][0], headings=False)
    return Answer(text=draft.text, right=draft.right, explanation=explanation)


def problem_of(question: Question) -> str:
    """Return what is wrong with a question as a whole; an empty string where nothing is."""
    if not question.text:
        return "The question has no text."
    if not any(answer.right for answer in question.answers):
        return f"The question {question.text!r} has no right answer."
    if all(answer.right for answer in question.answers):
        return f"The question {question.text!r} has no wrong answer."
    texts = [answer.text for answer in question.answers]
    if len(set(texts)) < len(texts):
        return f"The question {question.text!r} offers the same answer twice."
    return ""


def write_questions(questions: tuple[Question, ...]) -> str:
    return "\n\n".join(_write_question(question) for question in questions)


def _write_question(question: Question) -> str:
    lines = [f"### {question.text}"]
    for answer in question.answers:
        lines.append(f"- [{'x' if answer.right else ' '}] {answer.text}")
        lines += [_INDENT + line if line.strip() else "" for line in answer.explanation.split("\n")]
    return "\n".join(lines)
