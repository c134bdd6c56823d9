"""What went wrong in a learner's code, told with their own files and lines only."""

import linecache
import re
import socket
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from sandbox.jail.limits import STRING_CHARACTERS

Own = Callable[[str], str | None]

_ABSOLUTE = re.compile(r"/[^\s'\"()<>,:]+")
_NO_NETWORK = " (There is no network here: an exercise needs none.)"

_MAX_FRAMES = 20
_CODE_CHARACTERS = 300


def clip(text: str, limit: int = STRING_CHARACTERS) -> str:
    """Bounded, and without what JSON or a database can't take (lone surrogates, NUL)."""
    if len(text) > limit:
        text = f"{text[:limit]}… ({len(text) - limit} more characters)"
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def describe(error: BaseException, own: Own) -> dict[str, Any]:
    """`{"type", "message", "frames"}`; frames are `{"file", "line", "function", "code"}`, outermost first."""
    frames = _python_frames(error.__traceback__, own)
    frames += _syntax_frames(error, own) + _template_frames(error, own)
    message = _without_places(_message(error), own) + _what_the_jail_has_not(error)
    return {"type": type(error).__name__, "message": clip(message), "frames": frames[-_MAX_FRAMES:]}


def describe_stack(frame: FrameType | None, own: Own) -> list[dict[str, Any]]:
    """The frames of a stack that runs, as `describe` has those of an exception."""
    frames: list[dict[str, Any]] = []
    while frame is not None:
        name, line = frame.f_code.co_filename, frame.f_lineno
        shown = own(name)
        if shown:
            frames.insert(0, _frame(shown, line, frame.f_code.co_name, linecache.getline(name, line)))
        frame = frame.f_back
    return frames[-_MAX_FRAMES:]


def _message(error: BaseException) -> str:
    try:
        if isinstance(error, SyntaxError):
            return str(error.msg)
        if isinstance(error, SystemExit):
            return f"the code asked Python to exit ({error.code!r})"
        return str(error)
    except BaseException as second:  # noqa: BLE001 - it is the learner's own __str__
        return f"({type(second).__name__} while making the message)"


def _without_places(message: str, own: Own) -> str:
    """The learner's files by the names that they know, not by where the jail keeps them."""
    return _ABSOLUTE.sub(lambda found: own(found[0]) or found[0], message)


def _what_the_jail_has_not(error: BaseException) -> str:
    causes = (error, getattr(error, "reason", None), error.__cause__, error.__context__)
    return _NO_NETWORK if any(isinstance(cause, socket.gaierror) for cause in causes) else ""


def _frame(file: str, line: int, function: str, code: str) -> dict[str, Any]:
    return {"file": file, "line": line, "function": function, "code": clip(code.strip(), _CODE_CHARACTERS)}


def _python_frames(traceback: TracebackType | None, own: Own) -> list[dict[str, Any]]:
    frames = []
    while traceback is not None:
        name, line = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        shown = own(name)
        if shown:
            function = traceback.tb_frame.f_code.co_name
            frames.append(_frame(shown, line, function, linecache.getline(name, line)))
        traceback = traceback.tb_next
    return frames


def _syntax_frames(error: BaseException, own: Own) -> list[dict[str, Any]]:
    if not isinstance(error, SyntaxError) or not error.filename:
        return []
    shown = own(str(error.filename))
    if not shown:
        return []
    frame = _frame(shown, error.lineno or 0, "", error.text or "")
    return [frame | {"code": _with_caret(frame["code"], error)}]


def _with_caret(code: str, error: SyntaxError) -> str:
    """The line, and below it carets where Python points, as Python's own message has them."""
    text = error.text or ""
    if not error.offset or error.offset < 1 or "\n" in code:
        return code
    # Offsets count characters of the whole line, from 1; the line is shown without its indentation.
    indent = len(text) - len(text.lstrip())
    start = error.offset - 1 - indent
    same_line = error.end_lineno in (None, error.lineno)
    end = (error.end_offset or 0) - 1 - indent if same_line else len(code)
    if not 0 <= start <= len(code) < _CODE_CHARACTERS:
        return code
    return f"{code}\n{' ' * start}{'^' * max(1, min(end, len(code)) - start)}"


def _template_frames(error: BaseException, own: Own) -> list[dict[str, Any]]:
    debug = getattr(error, "template_debug", None)
    if not isinstance(debug, dict):
        return []
    shown = own(str(debug.get("name", "")))
    if not shown:
        return []
    return [_frame(shown, int(debug.get("line") or 0), "template", str(debug.get("during", "")))]
