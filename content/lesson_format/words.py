"""How long a lesson is to read."""

from __future__ import annotations

import re

from content.lesson_format.document import Compare, Figure, Lesson, Note, Prose, Source
from content.lesson_format.lines import fenced_lines, numbered

_TARGET = re.compile(r"\]\([^)]*\)")
_TAG = re.compile(r"<[^>]*>")


def count_words(lesson: Lesson) -> int:
    """Return how many words of prose a lesson has: without code blocks, quiz and front matter."""
    return sum(words_of(text) for text in _texts(lesson))


def words_of(markdown: str) -> int:
    outside = "\n".join(line.text for line in fenced_lines(numbered(markdown)) if not line.in_fence)
    plain = _TAG.sub(" ", _TARGET.sub("]", outside))
    return sum(any(character.isalnum() for character in word) for word in plain.split())


def _texts(lesson: Lesson) -> list[str]:
    texts = []
    for block in lesson.blocks:
        match block:
            case Prose() | Source() | Note():
                texts.append(block.markdown)
            case Compare():
                texts += [block.before, block.after]
            case Figure():
                texts.append(block.caption)
    return texts
