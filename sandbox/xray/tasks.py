"""Celery's tasks as a recorder sees them: each try is an entry, in the order in which they began.

Only eager tasks are seen, those that run in the process that sent them. docs/architecture.md has an entry.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from types import TracebackType
from typing import Any

from celery import signals
from celery.app.task import Task
from celery.exceptions import Retry

from sandbox.xray import hooks
from sandbox.xray.bounds import clip, jsonable
from sandbox.xray.sources import OwnFiles, current_source, traceback_frames

Entry = dict[str, Any]

# Who wants to hear of every task, whether or not a request is being recorded: own files, and what to call.
_listener: tuple[OwnFiles, Callable[[Entry], None]] | None = None
# What `apply` was asked for, for the try that it begins.
_ordered: ContextVar[Entry | None] = ContextVar("xray_task_ordered", default=None)
_running: ContextVar[dict[str, tuple[Entry, float]]] = ContextVar("xray_tasks_running")


def listen(own: OwnFiles, sink: Callable[[Entry], None]) -> None:
    """From now on `sink` is given every entry as its try begins; the entry is completed as it ends."""
    global _listener
    _listener = (own, sink)


def install() -> None:
    """Idempotent."""
    if not getattr(Task.apply, "xray", False):
        _wrap_apply()
    signals.after_task_publish.connect(_sent, dispatch_uid="xray")
    signals.task_prerun.connect(_began, dispatch_uid="xray")
    signals.task_postrun.connect(_ended, dispatch_uid="xray")
    signals.task_failure.connect(_failed, dispatch_uid="xray")
    signals.task_retry.connect(_to_be_retried, dispatch_uid="xray")


def _wrap_apply() -> None:
    original = Task.apply

    def apply(self: Task, *args: Any, **options: Any) -> Any:
        with _order(options):
            return original(self, *args, **options)

    apply.xray = True  # type: ignore[attr-defined]
    Task.apply = apply


@contextmanager
def _order(options: dict[str, Any]) -> Iterator[None]:
    eta = options.get("eta")
    token = _ordered.set(
        {
            "countdown": options.get("countdown"),
            "eta": eta.isoformat() if isinstance(eta, datetime) else eta,
            "queue": options.get("queue"),
        }
    )
    try:
        yield
    finally:
        _ordered.reset(token)


def _own() -> OwnFiles | None:
    recorder = hooks.active.get()
    if recorder is not None:
        return recorder.own
    return _listener[0] if _listener else None


def _sent(sender: str, headers: dict[str, Any], body: Any, **_: Any) -> None:
    """To a broker: what becomes of it is seen by its worker only."""
    recorder = hooks.active.get()
    if recorder is None:
        return
    # Arguments stand first in the body; where that is encoded already, the headers have their text.
    args, kwargs = body[:2] if isinstance(body, list | tuple) else ([headers.get("argsrepr")], {})
    recorder.note(
        "tasks",
        {
            "name": clip(str(sender)),
            "id": str(headers.get("id")),
            "args": jsonable(list(args)),
            "kwargs": jsonable(dict(kwargs)),
            "countdown": None,
            "eta": headers.get("eta"),
            "queue": None,
            "retries": int(headers.get("retries") or 0),
            "state": "SENT",
            "result": None,
            "exception": None,
            "ms": None,
            "source": current_source(recorder.own),
        },
    )


def _began(sender: Any, task_id: str, args: Any, kwargs: Any, **_: Any) -> None:
    own = _own()
    if own is None:
        return
    entry: Entry = {
        "name": clip(str(sender.name)),
        "id": str(task_id),
        "args": jsonable(list(args)),
        "kwargs": jsonable(dict(kwargs)),
        **(_ordered.get() or {"countdown": None, "eta": None, "queue": None}),
        "retries": int(getattr(sender.request, "retries", 0) or 0),
        "state": "STARTED",
        "result": None,
        "exception": None,
        "ms": None,
        "source": current_source(own),
    }
    # A task that this one starts was not ordered by whoever ordered this one.
    _ordered.set(None)
    running = dict(_running.get({}))
    running[str(task_id)] = (entry, time.perf_counter())
    _running.set(running)
    recorder = hooks.active.get()
    if recorder is not None:
        recorder.note("tasks", entry)
    if _listener is not None:
        _listener[1](entry)


def _ended(sender: Any, task_id: str, retval: Any = None, state: str | None = None, **_: Any) -> None:
    running = dict(_running.get({}))
    found = running.pop(str(task_id), None)
    if found is None:
        return
    _running.set(running)
    entry, started = found
    entry["state"] = str(state or "IGNORED")
    entry["ms"] = round((time.perf_counter() - started) * 1000, 2)
    if entry["state"] == "SUCCESS":
        entry["result"] = jsonable(retval)


def _failed(sender: Any, task_id: str, exception: BaseException, traceback: Any, **_: Any) -> None:
    _note_exception(str(task_id), exception, traceback)


def _to_be_retried(sender: Any, request: Any, reason: Retry, einfo: Any, **_: Any) -> None:
    cause = reason.exc
    if isinstance(cause, BaseException):
        _note_exception(str(request.id), cause, cause.__traceback__)


def _note_exception(task_id: str, error: BaseException, traceback: Any) -> None:
    found, own = _running.get({}).get(task_id), _own()
    if found is None or own is None:
        return
    frames = traceback_frames(traceback, own) if _is_theirs(traceback, own) else []
    found[0]["exception"] = {"type": type(error).__name__, "message": clip(str(error)), "frames": frames}


def _is_theirs(traceback: TracebackType | None, own: OwnFiles) -> bool:
    while traceback is not None:
        if own(traceback.tb_frame.f_code.co_filename):
            return True
        traceback = traceback.tb_next
    return False
