"""Questions to the project: Python that runs in its process, and the JSON value of the last expression."""

import ast
import datetime
import decimal
import linecache
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.jail.harness.errors import Own, clip, describe

_FILE = "<question>"
_MAX_ITEMS = 1000
_MAX_DEPTH = 12


def evaluate(source: str, names: dict[str, Any] | None = None, file: str = _FILE) -> Any:
    """What the source raises goes through; a source without a last expression gives None.

    `names` is what it can use, and where what it names stays.
    """
    tree = ast.parse(source, file)
    namespace: dict[str, Any] = {"__name__": "question"} if names is None else names
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    # The jail is where this is meant to run.
    exec(compile(tree, file, "exec"), namespace)  # noqa: S102
    if not isinstance(last, ast.Expr):
        return None
    return to_json(eval(compile(ast.Expression(last.value), file, "eval"), namespace))  # noqa: S307


class Console:
    """Entries one after the other: what one names, the next ones can use."""

    def __init__(self, own: Own) -> None:
        self._own = own
        self._names: dict[str, Any] = {"__name__": "console"}
        self._file = ""
        self._count = 0

    def enter(self, source: str) -> Any:
        """Give the value, as `evaluate` does; what the entry raises is for `describe`."""
        self._count += 1
        # A function of an earlier entry has lines of its own.
        self._file = f"<entry {self._count}>"
        return evaluate(source, self._names, self._file)

    def describe(self, error: BaseException, source: str) -> dict[str, Any]:
        """As `errors.describe`, of the latest entry: the message has the line, and a syntax error's caret."""
        file, lines = self._file, source.splitlines()
        linecache.cache[file] = (len(source), None, [f"{line}\n" for line in lines], file)
        told = describe(error, lambda name: file if name == file else self._own(name))
        typed = [frame for frame in told["frames"] if frame["file"] == file]
        told["frames"] = [frame for frame in told["frames"] if frame["file"] != file]
        if typed and isinstance(error, SyntaxError):
            told["message"] += f"\n{typed[-1]['code']}"
        elif typed and len(lines) > 1:
            told["message"] += f"\nline {typed[-1]['line']}: {typed[-1]['code']}"
        return told


def to_json(value: Any, depth: int = 0) -> Any:
    """Dates, decimals and UUIDs as strings, anything iterable as a list, anything else as its str()."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) < 10**300 else clip(repr(value))
    if isinstance(value, float):
        return float(value) if value - value == 0 else repr(value)
    if isinstance(value, str):
        return clip(str.__str__(value))
    if depth >= _MAX_DEPTH or isinstance(value, datetime.date | datetime.time | decimal.Decimal | uuid.UUID):
        return clip(value.isoformat() if hasattr(value, "isoformat") else str(value))
    if isinstance(value, Mapping):
        pairs = list(value.items())[:_MAX_ITEMS]
        return {clip(str(key)): to_json(inner, depth + 1) for key, inner in pairs}
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray):
        found: list[Any] = []
        for inner in value:
            if len(found) == _MAX_ITEMS:
                break
            found.append(to_json(inner, depth + 1))
        return found
    return clip(str(value))
