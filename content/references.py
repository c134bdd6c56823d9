"""What a lesson refers to, and whether it is there: excerpts, exercises, figures, other lessons."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from content.lesson_format import Block, ExerciseCard, Figure, Source
from content.source import SourceError, cut


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
    for index, block in enumerate(blocks):
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
