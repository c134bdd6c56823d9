"""What comes from a learner's process, brought into shapes that the rest can rely on."""

import math
from typing import Any

from sandbox.jail.booted import ProjectGone, are_headers
from sandbox.jail.entries import problem
from sandbox.jail.limits import BODY_BYTES

_BODY_CHARACTERS = 4 * math.ceil(BODY_BYTES / 3)  # of base64


def place(frame: dict[str, Any]) -> str:
    """A line of a message; with carets below it the code has lines of its own, so that they stand right."""
    place, code = f"{frame['file']}, line {frame['line']}", str(frame["code"])
    if "\n" in code:
        indented = "".join(f"\n    {line}" for line in code.splitlines())
        return f"{place}:{indented}"
    return f"{place}: {code}" if code else place


def exception(answer: dict[str, Any]) -> dict[str, Any] | None:
    """As the learner's process told it, in a shape to rely on."""
    told = answer.get("exception")
    if told is None:
        return None
    try:
        return problem(told)
    except ValueError as error:
        raise ProjectGone("Your project's answer makes no sense.") from error


def response(answer: dict[str, Any], trace: dict[str, Any] | None) -> dict[str, Any]:
    status, headers, body = answer.get("status"), answer.get("headers"), answer.get("body")
    well_formed = isinstance(status, int) and are_headers(headers)
    well_formed = well_formed and isinstance(body, str) and len(body) <= _BODY_CHARACTERS
    parts, cut = answer.get("parts", []), answer.get("cut", "")
    if not isinstance(parts, list) or not all(isinstance(size, int) for size in parts):
        well_formed = False
    if not well_formed or not isinstance(cut, str) or trace is None:
        raise ProjectGone("Your project's answer makes no sense.")
    return {"status": status, "headers": headers, "body": body, "parts": parts, "cut": cut, "trace": trace}
