"""What an entry of the console came to. The learner's process tells it; here it gets a shape and a size."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

from sandbox.jail.harness.errors import clip
from sandbox.jail.limits import MOST_COUNTED

# Of each kind. More are counted in `dropped`.
MOST_QUERIES = 200
MOST_CAUSED = 50
_VALUE_CHARACTERS = 2_000
_CODE_CHARACTERS = 500


def entry(answer: dict[str, Any]) -> dict[str, Any]:
    """`value` or `exception`, `output`, and what the entry caused: `queries`, `mail`, `tasks`.

    Those are lists of a trace's entries, with the keys that the console shows; `dropped` has how many of each
    are left out, and stands only where some are. Raises ValueError where the answer makes no sense.
    """
    told: dict[str, Any] = {"value": answer["value"]} if "value" in answer else {}
    if answer.get("exception") is not None:
        told["exception"] = problem(answer["exception"])
    told["output"] = clip(str(answer.get("output", "")))
    dropped = {}
    for kind, (shaped, most) in _KINDS.items():
        given = answer.get(kind, [])
        if not isinstance(given, list):
            raise ValueError(f"{kind} is no list")
        told[kind] = [shaped(_mapping(one)) for one in given[:most]]
        left_out = len(given[most:]) + _number(_mapping(answer.get("dropped", {})).get(kind, 0))
        if left_out > 0:
            dropped[kind] = left_out
    return {**told, "dropped": dropped} if dropped else told


def problem(told: Any) -> dict[str, Any]:
    """`{"type", "message", "frames"}` of an exception. Raises ValueError where it is none."""
    told = _mapping(told)
    frames = []
    given = told.get("frames")
    for frame in given[:50] if isinstance(given, list) else []:
        if isinstance(frame, dict):
            with contextlib.suppress(TypeError, ValueError):
                line = int(frame.get("line", 0))
                texts = {
                    key: clip(str(frame.get(key, "")), _CODE_CHARACTERS)
                    for key in ("file", "function", "code")
                }
                frames.append({"line": line, **texts})
    texts = {key: clip(str(told.get(key, ""))) for key in ("type", "message")}
    return {**texts, "frames": frames}


def _query(given: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(given.get("sql"), str):
        raise ValueError("a query without SQL")
    return {**given, "sql": clip(given["sql"])}


def _letter(given: dict[str, Any]) -> dict[str, Any]:
    to = given.get("to")
    if not isinstance(to, list):
        raise ValueError("a letter to nobody knows whom")
    html = given.get("html")
    more = [f"and {len(to) - MOST_CAUSED} more"] if len(to) > MOST_CAUSED else []
    return {
        "to": [clip(str(address), _CODE_CHARACTERS) for address in to[:MOST_CAUSED]] + more,
        "from": clip(str(given.get("from", "")), _CODE_CHARACTERS),
        "subject": clip(str(given.get("subject", "")), _CODE_CHARACTERS),
        "body": clip(str(given.get("body", ""))),
        "html": None if html is None else clip(str(html)),
    }


def _task(given: dict[str, Any]) -> dict[str, Any]:
    """One try of it."""
    args, kwargs = given.get("args"), given.get("kwargs")
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise ValueError("a task without arguments")
    raised = given.get("exception")
    return {
        "name": clip(str(given.get("name", "")), _CODE_CHARACTERS),
        "args": [_value(one) for one in args[:MOST_CAUSED]],
        "kwargs": {
            clip(str(key), _CODE_CHARACTERS): _value(one) for key, one in list(kwargs.items())[:MOST_CAUSED]
        },
        "state": clip(str(given.get("state", "")), _CODE_CHARACTERS),
        "retries": _number(given.get("retries", 0)),
        "result": _value(given.get("result")),
        "exception": None if raised is None else problem(raised),
    }


_KINDS: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], int]] = {
    "queries": (_query, MOST_QUERIES),
    "mail": (_letter, MOST_CAUSED),
    "tasks": (_task, MOST_CAUSED),
}


def _value(value: Any) -> Any:
    """As it is, or the beginning of its JSON where that is long."""
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= _VALUE_CHARACTERS else clip(text, _VALUE_CHARACTERS)


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_COUNTED:
        raise ValueError("no number of something")
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
