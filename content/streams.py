"""Document to StreamField value and back."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from wagtail.blocks import StreamValue

from content.lesson_format import (
    Block,
    Compare,
    Demo,
    ExerciseCard,
    Figure,
    Note,
    Prose,
    Quiz,
    Source,
)
from content.quiz import question_of

# Answers to a quiz are recorded by its block's id, so a block has to keep its id from load to load.
_NAMESPACE = uuid.UUID("7a2f9d52-2f0e-4f2c-9d5e-5b1c86c6a7d4")


def to_stream(blocks: tuple[Block, ...], lesson: str) -> list[dict[str, Any]]:
    """Return a lesson's blocks as LessonBlocks stores them; ids follow from slug, kind and place."""
    counts: Counter[str] = Counter()
    stream = []
    for block in blocks:
        kind, value = _value(block)
        counts[kind] += 1
        stream.append({"type": kind, "value": value, "id": _id(f"{lesson}/{kind}/{counts[kind]}")})
    return stream


def _id(name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, name))


def _value(block: Block) -> tuple[str, Any]:
    match block:
        case Prose():
            return "prose", block.markdown
        case Source():
            return "source", {"reference": block.reference, "markdown": block.markdown}
        case Demo():
            return "demo", None
        case ExerciseCard():
            return "exercise", block.slug
        case Note():
            return "note", {"kind": block.kind, "title": block.title, "markdown": block.markdown}
        case Figure():
            return "figure", {"file": block.file, "alt": block.alt, "caption": block.caption}
        case Compare():
            names = ("before_title", "before", "after_title", "after")
            return "compare", {name: getattr(block, name) for name in names}
        case Quiz():
            return "quiz", {"questions": [_question(question) for question in block.questions]}


def _question(question: Any) -> dict[str, Any]:
    answers = [
        {"text": answer.text, "right": answer.right, "explanation": answer.explanation}
        for answer in question.answers
    ]
    return {"text": question.text, "answers": answers}


def from_stream(stream: StreamValue) -> tuple[Block, ...]:
    """Return the blocks of a lesson's body, one for each child, in their order."""
    return tuple(_block(child.block_type, child.value) for child in stream)


def _block(kind: str, value: Any) -> Block:
    match kind:
        case "prose":
            return Prose(markdown=value)
        case "source":
            return Source(reference=value["reference"], markdown=value["markdown"] or "")
        case "demo":
            return Demo()
        case "exercise":
            return ExerciseCard(slug=value)
        case "note":
            return Note(kind=value["kind"], title=value["title"] or "", markdown=value["markdown"])
        case "figure":
            return Figure(file=value["file"], alt=value["alt"], caption=value["caption"] or "")
        case "compare":
            return Compare(
                **{name: value[name] for name in ("before_title", "before", "after_title", "after")}
            )
        case "quiz":
            return Quiz(questions=tuple(question_of(question) for question in value["questions"]))
    raise LookupError(f"A lesson has no block of the kind {kind!r}.")
