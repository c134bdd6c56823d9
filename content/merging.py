"""Three versions of a text: what each side changed since the base, and what becomes of both."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["same", "ours", "theirs", "both", "conflict"]
Lines = tuple[str, ...]


@dataclass(frozen=True)
class Chunk:
    """A stretch of lines in the three versions. `both` is a change that the two sides made alike."""

    kind: Kind
    base: Lines
    ours: Lines
    theirs: Lines

    @property
    def merged(self) -> Lines:
        return self.theirs if self.kind == "theirs" else self.ours


@dataclass(frozen=True)
class _Change:
    """Lines `start` to `end` of the base are lines `at` to `to` of one side."""

    start: int
    end: int
    at: int
    to: int


def three_way(base: str, ours: str, theirs: str) -> list[Chunk]:
    """Return the chunks of the three texts, in their order.

    Changes of the two sides that overlap or touch are a conflict, unless they are the same.
    """
    lines = [tuple(text.splitlines(keepends=True)) for text in (base, ours, theirs)]
    sides = [list(_changes(lines[0], side)) for side in lines[1:]]
    chunks, done, shifts = [], 0, [0, 0]
    for start, end in _regions(sides[0] + sides[1]):
        chunks += _unchanged(lines[0][done:start])
        parts = []
        for number, side in enumerate(sides):
            inside = [change for change in side if start <= change.start and change.end <= end]
            growth = sum((change.to - change.at) - (change.end - change.start) for change in inside)
            first = start + shifts[number]
            shifts[number] += growth
            parts.append(lines[number + 1][first : end + shifts[number]])
        chunks.append(_chunk(lines[0][start:end], *parts))
        done = end
    return chunks + _unchanged(lines[0][done:])


def merge(chunks: Sequence[Chunk]) -> str | None:
    """Return the text that has the changes of both sides; None where they are in conflict."""
    if any(chunk.kind == "conflict" for chunk in chunks):
        return None
    return "".join(line for chunk in chunks for line in chunk.merged)


def merge_files(
    base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return the files with the changes of both sides, and the paths on which the sides do not agree.

    A file that one side removed and the other left as it was is removed; one that the other changed is in
    conflict.
    """
    merged, conflicts = {}, []
    for path in sorted({*base, *ours, *theirs}):
        versions = [files.get(path) for files in (base, ours, theirs)]
        taken = merge_versions(*versions)
        if taken is CONFLICT:
            conflicts.append(path)
        elif isinstance(taken, str):
            merged[path] = taken
    return merged, conflicts


CONFLICT = object()


def merge_versions(base: str | None, ours: str | None, theirs: str | None) -> str | object | None:
    """Return the text of a file with the changes of both sides, None if it goes, or CONFLICT."""
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    if base is None or ours is None or theirs is None:
        return CONFLICT
    merged = merge(three_way(base, ours, theirs))
    return CONFLICT if merged is None else merged


def _changes(base: Lines, side: Lines) -> Iterator[_Change]:
    matcher = difflib.SequenceMatcher(None, base, side, autojunk=False)
    for tag, start, end, at, to in matcher.get_opcodes():
        if tag != "equal":
            yield _Change(start, end, at, to)


def _regions(changes: list[_Change]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of base lines that changes cover; those that overlap or touch are one."""
    start = end = -1
    for change in sorted(changes, key=lambda one: (one.start, one.end)):
        if start >= 0 and change.start <= end:
            end = max(end, change.end)
            continue
        if start >= 0:
            yield start, end
        start, end = change.start, change.end
    if start >= 0:
        yield start, end


def _unchanged(lines: Lines) -> list[Chunk]:
    return [Chunk("same", lines, lines, lines)] if lines else []


def _chunk(base: Lines, ours: Lines, theirs: Lines) -> Chunk:
    if ours == theirs:
        kind: Kind = "both"
    elif theirs == base:
        kind = "ours"
    elif ours == base:
        kind = "theirs"
    else:
        kind = "conflict"
    return Chunk(kind, base, ours, theirs)


def two_way(ours: str, theirs: str) -> list[Chunk]:
    """Return the chunks of two texts whose base nobody knows: whatever differs is a conflict."""
    sides = [tuple(text.splitlines(keepends=True)) for text in (ours, theirs)]
    matcher = difflib.SequenceMatcher(None, sides[0], sides[1], autojunk=False)
    chunks = []
    for tag, start, end, at, to in matcher.get_opcodes():
        mine, other = sides[0][start:end], sides[1][at:to]
        chunks += _unchanged(mine) if tag == "equal" else [Chunk("conflict", (), mine, other)]
    return chunks
