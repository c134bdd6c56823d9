"""An attempt to look at: its files, what the checks said, and what changed since the one before."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.paginator import Page
from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer

from content.models import Exercise
from lms.grading.models import Submission

# A difference that is longer is cut: somebody pasted a book.
MOST_LINES = 400
# Lines of both sides, of all files of an attempt. Time grows by the square: where every second line differs,
# 1,000 lines a side took 0.04 s on a busy machine, 8,000 took 5 s.
MOST_COMPARED = 2000
HIGHLIGHTED = {".py", ".html", ".css", ".js", ".jsx", ".json", ".yaml", ".yml", ".toml"}
MOST_HIGHLIGHTED = 50_000  # characters


@dataclass(frozen=True)
class DiffLine:
    """`kind` is "add", "remove", "same", or "place" for a line that says where in the file."""

    kind: str
    text: str


@dataclass(frozen=True)
class FileDiff:
    """`is_cut` where not all lines are there; none are of what is too long to compare."""

    path: str
    what: str
    lines: tuple[DiffLine, ...]
    is_cut: bool


@dataclass(frozen=True)
class Step:
    """An attempt with its number, counted from 1, and its difference from the one before.

    `diffs` is None where the code of one of the two is not kept any more.
    """

    number: int
    attempt: Submission
    is_first: bool
    diffs: tuple[FileDiff, ...] | None

    @property
    def passed(self) -> int:
        return sum(check["status"] == "passed" for check in self.attempt.checks)

    @property
    def total(self) -> int:
        return len(self.attempt.checks)

    @property
    def failed(self) -> list[dict[str, Any]]:
        return [check for check in self.attempt.checks if check["status"] in ("failed", "error")]


def path_through(exercise: Exercise, page: Page[Submission]) -> list[Step]:
    """Return the page's attempts, the newest first as they are there, with their numbers: one query."""
    shown = list(page)
    older = page.paginator.object_list[page.end_index() : page.end_index() + 1] if shown else []
    last_number = page.paginator.count - page.start_index() + 1
    return steps_of(exercise, shown, next(iter(older), None), last_number)


def steps_of(
    exercise: Exercise, newest_first: Sequence[Submission], before: Submission | None, number: int = 0
) -> list[Step]:
    """Return a step for each attempt; `before` is the one that came before the oldest of them."""
    earlier = [*newest_first[1:], before]
    return [
        Step(
            number - place if number else 0,
            attempt,
            previous is None,
            _changes(exercise, previous, attempt),
        )
        for place, (attempt, previous) in enumerate(zip(newest_first, earlier, strict=True))
    ]


def _changes(
    exercise: Exercise, previous: Submission | None, attempt: Submission
) -> tuple[FileDiff, ...] | None:
    if attempt.cleared_at or (previous and previous.cleared_at):
        return None
    return differences(exercise, previous.files if previous else {}, attempt.files)


def differences(
    exercise: Exercise, before: dict[str, str | None], after: dict[str, str | None]
) -> tuple[FileDiff, ...]:
    """Return what changed, file by file. Files of either are changes against the exercise's starter."""
    found: list[FileDiff] = []
    left = MOST_COMPARED
    for path in sorted({*before, *after}):
        old, new = (files.get(path, exercise.starter.get(path)) for files in (before, after))
        if old == new:
            continue
        what = "added" if old is None else "removed" if new is None else "changed"
        before_lines, after_lines = (old or "").splitlines(), (new or "").splitlines()
        # Where one side is empty there is nothing to compare.
        cost = len(before_lines) + len(after_lines) if before_lines and after_lines else 0
        if cost > left:
            found.append(FileDiff(path, what, (), True))
            continue
        left -= cost
        found.append(_file(path, what, before_lines, after_lines))
    return tuple(found)


def _file(path: str, what: str, old: list[str], new: list[str]) -> FileDiff:
    lines = difflib.unified_diff(old, new, n=2, lineterm="")
    marked: list[DiffLine] = []
    for text in list(lines)[2:]:
        if len(marked) == MOST_LINES:
            return FileDiff(path, what, tuple(marked), True)
        kind = {"+": "add", "-": "remove", "@": "place"}.get(text[:1], "same")
        marked.append(DiffLine(kind, text if kind == "place" else text[1:]))
    return FileDiff(path, what, tuple(marked), False)


def source_files(attempt: Submission) -> list[tuple[str, SafeString | None]]:
    """Return (path, highlighted code) of what the learner sent; None for a file that they removed."""
    return [
        (path, None if text is None else _highlighted(path, text))
        for path, text in sorted(attempt.files.items())
    ]


def _highlighted(path: str, text: str) -> SafeString:
    """As HTML. The learner chooses names and text, and some of Pygments' lexers are slow: few are used."""
    name = path.rpartition("/")[2]
    lexer: Lexer = TextLexer(stripnl=False)
    if PurePosixPath(name).suffix in HIGHLIGHTED and len(text) <= MOST_HIGHLIGHTED:
        lexer = get_lexer_for_filename(name, stripnl=False)
    # Pygments escapes the text; its classes are the site's own.
    return mark_safe(highlight(text, lexer, HtmlFormatter(nowrap=True)))  # noqa: S308
