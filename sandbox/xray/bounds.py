"""Keeps a trace small, readable as JSON, and free of what people typed into password fields."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

MAX_STRING = 10_000  # characters
MAX_ENTRIES = 200
MASK = "••••••"

_SECRET_FIELD = re.compile(r"passw|passphrase|pwd", re.IGNORECASE)
_MAX_DEPTH = 8


def clip(text: str) -> str:
    """Cut a string at 10,000 characters, saying how much is gone."""
    if len(text) <= MAX_STRING:
        return text
    return f"{text[:MAX_STRING]}… ({len(text) - MAX_STRING:,} more characters)"


def jsonable(value: Any, depth: int = 0) -> Any:
    """The value as something `json.dumps` takes, bounded in length, width and depth.

    What JSON does not know (a date, a Decimal, an object) becomes its `str`.
    """
    if value is None or isinstance(value, bool | int | float):
        # NaN and the infinities are floats to Python and an error to a strict JSON parser.
        return value if not isinstance(value, float) or value - value == 0 else str(value)
    if isinstance(value, str):
        return clip(str(value))
    if depth >= _MAX_DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {clip(str(key)): jsonable(item, depth + 1) for key, item in _first(value.items())}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item, depth + 1) for item in _first(value)]
    return clip(_text(value))


def is_secret_field(name: str) -> bool:
    return _SECRET_FIELD.search(name) is not None


def masked(value: Any) -> Any:
    """The same JSON value with every password in it replaced."""
    if isinstance(value, dict):
        return {key: MASK if is_secret_field(str(key)) else masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return value


def masked_body(text: str) -> str:
    """A request's body with the passwords replaced when it is JSON; as it came otherwise."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return clip(text)
    hidden = masked(parsed)
    return clip(text if hidden == parsed else json.dumps(hidden, ensure_ascii=False))


def _first(items: Iterable[Any]) -> list[Any]:
    return [item for _, item in zip(range(MAX_ENTRIES), items, strict=False)]


def _text(value: Any) -> str:
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001 - any object's __str__ may be broken, and it is not ours
        return f"<{type(value).__name__}: {type(error).__name__} in __str__>"
