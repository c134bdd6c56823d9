"""Excerpts of a lesson's own files, cut by symbol or by region, never by line number."""

from __future__ import annotations

import ast
import re
import textwrap
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content.errors import ContentError
from content.lesson_format.parse import split_reference

_REGION = re.compile(
    r"^\s*(?:#|//|/\*|<!--|\{#)\s*(?P<end>end)?region: (?P<name>[\w.-]+)\s*(?:\*/|-->|#\})?\s*$"
)


_READABLE = frozenset(
    {
        ".py",
        ".html",
        ".css",
        ".js",
        ".mjs",
        ".jsx",
        ".txt",
        ".md",
        ".json",
        ".yml",
        ".yaml",
        ".toml",
        ".conf",
        ".cfg",
    }
)


class SourceError(ContentError):
    """The excerpt that a lesson names is not there."""


@dataclass(frozen=True)
class CodeLine:
    number: int
    text: str


@dataclass(frozen=True)
class Excerpt:
    """`path` is relative to the lesson's folder; `lines` are dedented, with their real numbers."""

    reference: str
    path: str
    name: str
    lines: tuple[CodeLine, ...]

    @property
    def code(self) -> str:
        return "\n".join(line.text for line in self.lines) + "\n"

    @property
    def first_line(self) -> int:
        return self.lines[0].number

    @property
    def last_line(self) -> int:
        return self.lines[-1].number


def cut(folder: Path, reference: str) -> Excerpt:
    """Cut `path#Symbol` or `path@region` out of a file below `folder`. Raises SourceError."""
    try:
        path, _, _ = split_reference(reference)
    except ContentError as error:
        raise SourceError(error.message) from error
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise SourceError(f"{reference!r} leads out of the lesson's folder.")
    try:
        status = file.stat()
    except OSError as error:
        raise SourceError(f"{path} is not in the folder of the lesson.") from error
    if not file.is_file():
        raise SourceError(f"{path} is not a file.")
    return _cut(file, reference, status.st_mtime_ns, status.st_size)


def references(folder: Path) -> list[str]:
    """Return everything that `cut` can cut out of the files of `folder`/demo, by file and place."""
    found = []
    for file in sorted((folder / "demo").rglob("*")):
        if not file.is_file() or file.suffix not in _READABLE or "__pycache__" in file.parts:
            continue
        path = file.relative_to(folder).as_posix()
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        found += [f"{path}#{name}" for name in (_symbols(text) if file.suffix == ".py" else ())]
        found += [f"{path}@{name}" for name in _regions(text)]
    return found


def _symbols(text: str) -> list[str]:
    """Return the names of classes, methods, functions and assignments that stand in a module once."""
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return []
    found = []
    for statement, name in _once(body):
        found.append(name)
        if isinstance(statement, ast.ClassDef):
            found += [f"{name}.{inner}" for _, inner in _once(statement.body)]
    return found


def _once(body: list[ast.stmt]) -> list[tuple[ast.stmt, str]]:
    named = [(statement, name) for statement in body for name in sorted(_names_of(statement))]
    counts = Counter(name for _, name in named)
    return [(statement, name) for statement, name in named if counts[name] == 1]


def _regions(text: str) -> list[str]:
    """Return the regions that begin and end once."""
    marks = [match for line in text.split("\n") if (match := _REGION.match(line))]
    counts = Counter((match["name"], bool(match["end"])) for match in marks)
    names = dict.fromkeys(match["name"] for match in marks)
    return [name for name in names if counts[name, False] == counts[name, True] == 1]


@lru_cache(maxsize=1024)
def _cut(file: Path, reference: str, changed: int, size: int) -> Excerpt:
    """Cut, and remember: `changed` and `size` are there to tell a file from what it was before."""
    path, mark, name = split_reference(reference)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from error
    first, last = _symbol_span(text, path, name) if mark == "#" else _region_span(text, path, name)
    lines = text.split("\n")[first - 1 : last]
    dedented = textwrap.dedent("\n".join(lines)).split("\n")
    numbered = [CodeLine(first + offset, line) for offset, line in enumerate(dedented)]
    # The marks of regions inside are for the authors; numbers go on past them.
    shown = [line for line in numbered if not _REGION.match(line.text)]
    if not any(line.text.strip() for line in shown):
        raise SourceError(f"{reference} has no line of code.")
    return Excerpt(reference, path, name, tuple(_trim(shown)))


def _trim(lines: list[CodeLine]) -> list[CodeLine]:
    filled = [position for position, line in enumerate(lines) if line.text.strip()]
    return lines[filled[0] : filled[-1] + 1]


def _symbol_span(text: str, path: str, name: str) -> tuple[int, int]:
    """Return first and last line of a class, function, method or assignment, decorators included."""
    try:
        body = ast.parse(text).body
    except SyntaxError as error:
        raise SourceError(f"{path} is not Python: {error.msg} in line {error.lineno}.") from error
    node: ast.stmt | None = None
    for part in name.split("."):
        found = [statement for statement in body if part in _names_of(statement)]
        if not found:
            raise SourceError(f"{path} has no {name}.")
        if len(found) > 1:
            lines = ", ".join(str(statement.lineno) for statement in found)
            raise SourceError(f"{path} has {part} more than once (lines {lines}); name a region with @.")
        node = found[0]
        body = node.body if isinstance(node, ast.ClassDef) else []
    if node is None:
        raise SourceError(f"{path}#{name} names nothing.")
    decorators = [decorator.lineno for decorator in getattr(node, "decorator_list", [])]
    return min([node.lineno, *decorators]), node.end_lineno or node.lineno


def _names_of(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return {statement.name}
        case ast.Assign():
            targets = [name for target in statement.targets for name in ast.walk(target)]
            return {
                name.id for name in targets if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
            }
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def _region_span(text: str, path: str, name: str) -> tuple[int, int]:
    """Return first and last line between the two comments of a region."""
    starts: list[int] = []
    ends: list[int] = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = _REGION.match(line)
        if match and match["name"] == name:
            (ends if match["end"] else starts).append(number)
    if not starts:
        raise SourceError(f"{path} has no region {name}.")
    if len(starts) > 1 or len(ends) > 1:
        raise SourceError(f"{path} has the region {name} more than once.")
    if not ends or ends[0] < starts[0]:
        raise SourceError(
            f"The region {name} of {path}, begun in line {starts[0]}, has no endregion after it."
        )
    return starts[0] + 1, ends[0] - 1
