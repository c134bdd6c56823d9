"""lesson.md: text to document and back. The format stands in docs/architecture.md."""

from content.lesson_format.document import (
    LEVELS,
    NOTE_KINDS,
    Answer,
    Block,
    Compare,
    Demo,
    ExerciseCard,
    Figure,
    FrontMatter,
    Lesson,
    Note,
    Prose,
    Question,
    Quiz,
    Source,
)
from content.lesson_format.export import export
from content.lesson_format.parse import check_canonical, normalise, parse
from content.lesson_format.words import count_words

__all__ = [
    "LEVELS",
    "NOTE_KINDS",
    "Answer",
    "Block",
    "Compare",
    "Demo",
    "ExerciseCard",
    "Figure",
    "FrontMatter",
    "Lesson",
    "Note",
    "Prose",
    "Question",
    "Quiz",
    "Source",
    "check_canonical",
    "count_words",
    "export",
    "normalise",
    "parse",
]
