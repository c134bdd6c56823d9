"""What a lesson's missions.py asks for, read without running it."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content.errors import ContentError


@dataclass(frozen=True)
class Mission:
    """`hint` is Markdown, and may be empty."""

    slug: str
    title: str
    hint: str


def read_missions(folder: Path) -> tuple[Mission, ...]:
    """Return the missions of the lesson in `folder`, in their order; none without a missions.py.

    Raises ContentError for a file that is not Python, and for a mission without a title.
    """
    path = folder / "missions.py"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return ()
    return _read(path, changed)


@lru_cache(maxsize=256)
def _read(path: Path, changed: int) -> tuple[Mission, ...]:
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError as error:
        raise ContentError(f"{error.msg}.", line=error.lineno or 0, path=path) from error
    return tuple(_mission(node, path) for node in tree.body if _is_public_function(node))


def _is_public_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and not node.name.startswith("_")


def _mission(node: ast.stmt, path: Path) -> Mission:
    assert isinstance(node, ast.FunctionDef)
    title, _, hint = inspect.cleandoc(ast.get_docstring(node) or "").partition("\n")
    if not title:
        raise ContentError(
            f"The mission {node.name} has no docstring: its title.", line=node.lineno, path=path
        )
    return Mission(node.name, title.strip(), hint.strip())


def public_methods(source: str, class_name: str) -> list[str]:
    """Return the names of the methods of the class `class_name` in `source`, private ones left out.

    Raises SyntaxError for a text that is not Python.
    """
    return [
        node.name
        for top in ast.parse(source).body
        if isinstance(top, ast.ClassDef) and top.name == class_name
        for node in top.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]
