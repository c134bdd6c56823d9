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


def evaluate(source: str) -> Any:
    """What the source raises goes through; a source without a last expression gives None."""
    tree = ast.parse(source, _FILE)
    namespace: dict[str, Any] = {"__name__": "question"}
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    # The jail is where this is meant to run.
    exec(compile(tree, _FILE, "exec"), namespace)  # noqa: S102
    if not isinstance(last, ast.Expr):
        return None
    return to_json(eval(compile(ast.Expression(last.value), _FILE, "eval"), namespace))  # noqa: S307


def describe_entry(error: BaseException, source: str, own: Own) -> dict[str, Any]:
    """As `describe`, of what was typed in the console: the message has the line, and a syntax error's caret.

    Not for a check's question, which is not the learner's own.
    """
    lines = source.splitlines()
    linecache.cache[_FILE] = (len(source), None, [f"{line}\n" for line in lines], _FILE)
    told = describe(error, lambda name: _FILE if name == _FILE else own(name))
    typed = [frame for frame in told["frames"] if frame["file"] == _FILE]
    told["frames"] = [frame for frame in told["frames"] if frame["file"] != _FILE]
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
