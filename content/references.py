"""What a lesson refers to, and whether it is there: excerpts, exercises, figures, other lessons."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from content.lesson_format import Block, Demo, ExerciseCard, Figure, Source
from content.source import SourceError, cut
from content.xray_links import BadFilterError, check_filter, filters_in


@dataclass(frozen=True)
class Problem:
    """`index` counts the lesson's blocks from 0; `field` is the block's field, or empty for the block."""

    index: int
    field: str
    message: str


def find_problems(blocks: tuple[Block, ...], folder: Path, exercises: Collection[str]) -> Iterator[Problem]:
    """Yield what the blocks of the lesson in `folder` name and is not there.

    `exercises` are the slugs of the lesson's exercises.
    """
    has_demo = any(isinstance(block, Demo) for block in blocks)
    for index, block in enumerate(blocks):
        yield from _filter_problems(index, block, has_demo=has_demo)
        match block:
            case Source():
                try:
                    cut(folder, block.reference)
                except SourceError as error:
                    yield Problem(index, "reference", error.message)
            case ExerciseCard() if block.slug not in exercises:
                yield Problem(index, "", f"The lesson has no exercise {block.slug!r}.")
            case Figure() if not (folder / "figures" / block.file).is_file():
                yield Problem(index, "file", f"There is no figures/{block.file} in the folder of the lesson.")


def _filter_problems(index: int, block: Block, *, has_demo: bool) -> Iterator[Problem]:
    for found in (found for text in _texts(block) for line in text.split("\n") for found in filters_in(line)):
        if not has_demo:
            yield Problem(index, "", f"xray:{found} filters the X-ray of a demo, and this lesson has none.")
            continue
        try:
            check_filter(found)
        except BadFilterError as error:
            yield Problem(index, "", str(error))


def _texts(value: Any) -> Iterator[str]:
    """Every text within a block: its own, and those of its questions and their answers."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
