"""The three-way difference of a lesson or an exercise, to be read: by file, and in a lesson by block."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from content.errors import ContentError
from content.lesson_format import Block, ExerciseCard, Figure, Note, Prose, Quiz, Source, parse
from content.merging import CONFLICT, Chunk, merge_versions, three_way, two_way
from content.units import split_units
from content.versions import LESSON_FILE, Files, Versions

DIFF_LINES = 14
SIDES = ("base", "here", "folder")
_HEADING = re.compile(r"^#{2,4} (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class PlacedChunk:
    """A change, and in which block of the lesson it stands; no block in other files."""

    place: str
    chunk: Chunk

    @property
    def is_conflict(self) -> bool:
        return self.chunk.kind == "conflict"

    @property
    def sides(self) -> dict[str, str]:
        """The text of each version: base, here, folder."""
        texts = (self.chunk.base, self.chunk.ours, self.chunk.theirs)
        return {side: "".join(lines) for side, lines in zip(SIDES, texts, strict=True)}

    @property
    def said(self) -> str:
        """What this change is, in words."""
        return {
            "ours": "changed here",
            "theirs": "changed in the folder",
            "both": "changed alike",
            "conflict": "changed on both sides",
        }[self.chunk.kind]


@dataclass(frozen=True)
class FileDifference:
    """What became of one file, or of one key of a front matter (`lesson.md: why`).

    `is_conflict` where its changes cannot be taken together. `removed` says on which side it is gone.
    """

    path: str
    is_conflict: bool
    changes: tuple[PlacedChunk, ...]
    removed: str = ""


def differences_of(versions: Versions) -> list[FileDifference]:
    """Return the files in which the versions differ. Without a base, whatever differs is a conflict."""
    here, folder = split_units(versions.here), split_units(versions.folder)
    base = None if versions.base is None else split_units(versions.base)
    found = []
    for path in sorted({*(base or {}), *here, *folder}):
        ours, theirs = here.get(path), folder.get(path)
        before = base.get(path) if base is not None else None
        if ours == theirs and (base is None or ours == before):
            continue
        is_conflict = ours != theirs if base is None else merge_versions(before, ours, theirs) is CONFLICT
        chunks = (
            two_way(ours or "", theirs or "")
            if base is None
            else three_way(before or "", ours or "", theirs or "")
        )
        gone = [side for side, text in (("here", ours), ("in the folder", theirs)) if text is None]
        blocks = _blocks(versions.here if ours else versions.folder) if path == LESSON_FILE else ([], [])
        changes = _placed(chunks, *blocks, by="ours" if ours else "theirs")
        found.append(FileDifference(path, is_conflict, tuple(changes), " and ".join(gone)))
    return found


def _placed(chunks: list[Chunk], starts: list[int], names: list[str], *, by: str) -> Iterator[PlacedChunk]:
    line = 1
    for chunk in chunks:
        if chunk.kind != "same":
            place = names[max(0, bisect_right(starts, line) - 1)] if names else ""
            yield PlacedChunk(place, chunk)
        line += len(getattr(chunk, by))


def _blocks(files: Files) -> tuple[list[int], list[str]]:
    """Return the first line of each block, counted from 1 below the front matter, and what to call it."""
    text = files[LESSON_FILE]
    try:
        lesson = parse(text)
    except ContentError:
        # A draft may be no lesson yet; its lines can be told apart all the same.
        return [], []
    above = text.count("\n") - split_units(files)[LESSON_FILE].count("\n")
    return [block.line - above for block in lesson.blocks], [block_name(block) for block in lesson.blocks]


def block_name(block: Block) -> str:
    """Return what to call a block of a lesson: its kind, and what tells it from others."""
    match block:
        case Prose():
            heading = _HEADING.search(block.markdown)
            return f"text: {heading[1]}" if heading else "text"
        case Source():
            return f"source {block.reference}"
        case ExerciseCard():
            return f"exercise {block.slug}"
        case Figure():
            return f"figure {block.file}"
        case Note():
            return f"note: {block.title}" if block.title else "note"
        case Quiz():
            return "quiz"
    return type(block).__name__.lower()


def as_text(versions: Versions, *, most_lines: int = 60) -> list[str]:
    """Return the three-way difference as lines for a terminal: only what is in conflict, with its place."""
    lines: list[str] = []
    for found in differences_of(versions):
        if not found.is_conflict:
            continue
        lines.append(found.path + (f" (removed {found.removed})" if found.removed else ""))
        for change in found.changes:
            if not change.is_conflict:
                continue
            if change.place:
                lines.append(f"  {change.place}")
            for side, text in change.sides.items():
                lines += [f"  {side:<6} | {line}" for line in text.splitlines() or ["(nothing)"]]
    if len(lines) > most_lines:
        return [*lines[:most_lines], f"… and {len(lines) - most_lines} lines more"]
    return lines


def short_diff(before: str, after: str, *, old: str = LESSON_FILE, new: str = "the page") -> list[str]:
    """Return the first lines of a unified diff."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), old, new, n=0, lineterm=""))
    if len(lines) > DIFF_LINES:
        return [*lines[:DIFF_LINES], f"… and {len(lines) - DIFF_LINES} lines more"]
    return lines


def short_files_diff(before: Files, after: Files) -> list[str]:
    """Return the first lines of what an export changes in each file."""
    lines: list[str] = []
    for path in sorted({*before, *after}):
        old, new = before.get(path, ""), after.get(path, "")
        if old != new:
            lines += short_diff(old, new, old=path, new="here" if path in after else "removed")
    return lines
