"""Document to lesson.md, in the canonical form."""

from __future__ import annotations

from content.lesson_format.document import (
    Block,
    Compare,
    Demo,
    ExerciseCard,
    Figure,
    Lesson,
    Note,
    Prose,
    Quiz,
    Source,
)
from content.lesson_format.front_matter import write_lesson
from content.lesson_format.quiz import write_questions


def export(lesson: Lesson) -> str:
    """Return the text whose parse is `lesson`: blocks a blank line apart, a line feed at the end.

    Prose of two blocks in a row comes back as one: nothing in the text tells them apart.
    """
    return "\n".join([write_lesson(lesson.front), *(f"{_write(block)}\n" for block in lesson.blocks)])


def _write(block: Block) -> str:
    match block:
        case Prose():
            return block.markdown
        case Source():
            return _directive("source", block.reference, block.markdown)
        case Demo():
            return _directive("demo")
        case ExerciseCard():
            return _directive("exercise", block.slug)
        case Note():
            return _directive("note", f"{block.kind} {block.title}".rstrip(), block.markdown)
        case Figure():
            caption = f"\ncaption: {block.caption}" if block.caption else ""
            return _directive("figure", block.file, f"alt: {block.alt}{caption}")
        case Compare():
            return _directive("compare", "", _write_compare(block))
        case Quiz():
            return _directive("quiz", "", write_questions(block.questions))


def _write_compare(block: Compare) -> str:
    return f"### Before: {block.before_title}\n{block.before}\n### After: {block.after_title}\n{block.after}"


def _directive(name: str, argument: str = "", body: str = "") -> str:
    opening = f":::{name} {argument}".rstrip()
    return f"{opening}\n{body}\n:::" if body else f"{opening}\n:::"
