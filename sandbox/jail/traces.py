"""X-rays come from the learner's process. Here they get the shape and the size that a page can count on."""

import json
import re
from typing import Any

from sandbox.jail.limits import MOST_COUNTED, TRACE_BYTES_PER_CHECK, TRACES_PER_CHECK

_SHAPE: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "at": (int, float),
    "ms": (int, float),
    "request": dict,
    "response": dict,
    "route": (str, type(None)),
    "url_name": (str, type(None)),
    "view": (str, type(None)),
    "user": dict,
    "queries": list,
    "templates": list,
    "session": dict,
    "cookies": list,
    "mail": list,
    "messages": list,
    "tasks": list,
    "frames": list,
    "exception": (dict, type(None)),
}
# What was left out, by kind, and what was waited for: counted, and in milliseconds.
_OPTIONAL = ("dropped", "waits")


def checked_trace(value: Any) -> dict[str, Any] | None:
    """The trace with its known keys, or None where it is no trace."""
    if not isinstance(value, dict):
        return None
    for key, kind in _SHAPE.items():
        if key not in value or not isinstance(value[key], kind):
            return None
    if not all(isinstance(query, dict) and isinstance(query.get("sql"), str) for query in value["queries"]):
        return None
    extra = {key: value[key] for key in _OPTIONAL if _are_amounts(value.get(key))}
    return {key: value[key] for key in _SHAPE} | extra


def _are_amounts(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(amount, int | float) and 0 <= amount <= MOST_COUNTED for amount in value.values()
    )


# A number as Python writes it. PostgreSQL keeps 1e+300 as that, and gives it back with all its digits.
_SHORT = re.compile(r"\de[+-]\d\d")
_DIGITS = 330


class TraceBudget:
    """The traces of one check, as long as they fit into what those of the whole grade may still take."""

    def __init__(self, left: int) -> None:
        self.traces: list[dict[str, Any]] = []
        self._most = self._left = min(left, TRACE_BYTES_PER_CHECK)

    @property
    def used(self) -> int:
        """Bytes, or characters."""
        return self._most - self._left

    def add(self, trace: dict[str, Any]) -> None:
        """A trace with the id of an earlier one takes its place: a WebSocket's grows."""
        text = json.dumps(trace, ensure_ascii=False)
        if "\\u0000" in text:
            trace = _without_nul(trace)
        size = _size(text)
        for index, known in enumerate(self.traces):
            if known["id"] == trace["id"]:
                before = _size(json.dumps(known, ensure_ascii=False))
                if size - before <= self._left:
                    self._left -= size - before
                    self.traces[index] = trace
                return
        if len(self.traces) < TRACES_PER_CHECK and size <= self._left:
            self._left -= size
            self.traces.append(trace)


def _size(text: str) -> int:
    return len(text) + _DIGITS * len(_SHORT.findall(text))


def _without_nul(value: Any) -> Any:
    """PostgreSQL stores none, in JSON neither: a verdict with one could never be written down."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    return value
