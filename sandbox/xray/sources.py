"""Finds the line of the demo's or the learner's own code that caused something."""

import asyncio
import linecache
import sys
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any

from sandbox.xray.bounds import clip

# Given a file name as Python knows it: what to show for it ("shop/views.py"), or None if it isn't
# the author's own.
OwnFiles = Callable[[str], str | None]

_MAX_FRAMES = 30


def current_source(own: OwnFiles, task: asyncio.Task[Any] | None = None) -> dict[str, Any] | None:
    """Where we are: `{"file", "line", "function", "code"}` of the innermost own frame, or None.

    `task` is the asyncio task that serves the request: an async view's frame isn't on the stack of the
    thread that runs its query, but the task is suspended meanwhile, so what it awaits can be walked.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        found = _template_line(frame, own) or _python_line(frame, own)
        if found:
            return found
        frame = frame.f_back
    innermost = None
    for awaited in _awaited_frames(task):
        innermost = _python_line(awaited, own) or innermost
    return innermost


def traceback_frames(traceback: TracebackType | None, own: OwnFiles) -> list[dict[str, Any]]:
    """The author's own frames of a traceback, outermost first; the innermost three where none is theirs."""
    everything: list[dict[str, Any]] = []
    theirs: list[dict[str, Any]] = []
    while traceback is not None:
        frame, line = traceback.tb_frame, traceback.tb_lineno
        found = _python_line(frame, own, line)
        if found:
            theirs.append(found)
        name = frame.f_code.co_filename
        everything.append(_entry(library_path(name), line, frame.f_code.co_name, _code(frame, line)))
        traceback = traceback.tb_next
    return (theirs or everything[-3:])[-_MAX_FRAMES:]


def library_path(filename: str) -> str:
    """A library's file without the machine's own folders: `django/db/models/query.py`."""
    for mark in ("/site-packages/", "/dist-packages/"):
        if mark in filename:
            return filename.rsplit(mark, 1)[1]
    return "/".join(filename.rsplit("/", 2)[-2:])


def _template_line(frame: FrameType, own: OwnFiles) -> dict[str, Any] | None:
    # A query that a template causes belongs to the line of the template, not to the view's render().
    if frame.f_code.co_name != "render_annotated":
        return None
    node = frame.f_locals.get("self")
    origin, token = getattr(node, "origin", None), getattr(node, "token", None)
    if origin is None or token is None:
        return None
    shown = own(str(origin.name))
    if not shown:
        return None
    code = linecache.getline(str(origin.name), token.lineno).strip()
    return _entry(shown, token.lineno, "template", code or token.contents)


def _python_line(frame: FrameType, own: OwnFiles, line: int | None = None) -> dict[str, Any] | None:
    shown = own(frame.f_code.co_filename)
    if not shown:
        return None
    line = line or frame.f_lineno
    return _entry(shown, line, frame.f_code.co_name, _code(frame, line))


def _entry(file: str, line: int, function: str, code: str) -> dict[str, Any]:
    return {"file": file, "line": line, "function": function, "code": clip(code)}


def _code(frame: FrameType, line: int) -> str:
    # The globals let linecache ask the module's loader, for code that was never a file on this disk.
    return linecache.getline(frame.f_code.co_filename, line, frame.f_globals).strip()


def _awaited_frames(task: asyncio.Task[Any] | None) -> Iterator[FrameType]:
    awaited: Any = task.get_coro() if task is not None else None
    while awaited is not None:
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None)
        if frame is not None:
            yield frame
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "ag_await", None)
