"""The places in Django where a recorder listens.

They are put in place at the first recording and stay: each then costs one look at a context variable while
nothing is recorded. Taking them out again would race with requests that are recorded in other threads.
"""

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.contrib.messages.storage import base as message_storage
from django.core.mail.backends import locmem
from django.core.mail.message import EmailMessage
from django.core.signals import got_request_exception
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.template.base import Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.xray.recorder import Recorder

# A context variable: a request's recorder follows it through coroutines and into sync_to_async's threads.
active: ContextVar["Recorder | None"] = ContextVar("xray_recorder", default=None)

_lock = threading.Lock()


@contextmanager
def paused() -> "Iterator[None]":
    """What the recorder itself asks the database must not appear in what it records."""
    token = active.set(None)
    try:
        yield
    finally:
        active.reset(token)


def install() -> None:
    """Idempotent. Checked at each recording, because a test environment may have replaced a hook."""
    with _lock:
        for owner, name, note in (
            (Template, "_render", _rendered),
            (locmem.EmailBackend, "send_messages", _sent),
            (message_storage.BaseStorage, "add", _message_added),
        ):
            if not getattr(getattr(owner, name), "xray", False):
                _wrap(owner, name, note)
        connection_created.connect(_on_connection, dispatch_uid="xray")
        got_request_exception.connect(_on_exception, dispatch_uid="xray")
        # Only for those who use them: Celery costs a tenth of a second to import.
        if "celery.app.task" in sys.modules:
            import_module("sandbox.xray.tasks").install()
        if "channels.consumer" in sys.modules:
            import_module("sandbox.xray.sockets").install()
    for connection in connections.all(initialized_only=True):
        _listen_to(connection)


def note_mail(messages: Sequence[EmailMessage]) -> None:
    """For mail backends: tell the recorder, if one is active, what is being sent."""
    recorder = active.get()
    if recorder is not None:
        recorder.note_mail(messages)


def _wrap(owner: type, name: str, note: Callable[..., Any]) -> None:
    original = getattr(owner, name)

    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = active.get()
        if recorder is None:
            return original(self, *args, **kwargs)
        return note(recorder, original, self, *args, **kwargs)

    wrapped.xray = True  # type: ignore[attr-defined]
    wrapped.__name__ = name
    wrapped.__wrapped__ = original  # type: ignore[attr-defined]
    setattr(owner, name, wrapped)


def _rendered(recorder: "Recorder", original: Callable[..., Any], template: Template, context: Any) -> Any:
    recorder.note_template(template)
    return original(template, context)


def _sent(recorder: "Recorder", original: Callable[..., Any], backend: Any, messages: Any) -> Any:
    messages = list(messages)
    recorder.note_mail(messages)
    return original(backend, messages)


def _message_added(
    recorder: "Recorder", original: Callable[..., Any], storage: Any, *args: Any, **kwargs: Any
) -> Any:
    # add() drops what is empty or below the level; only what it kept counts.
    before = len(storage._queued_messages)
    result = original(storage, *args, **kwargs)
    for message in storage._queued_messages[before:]:
        recorder.note_message(message)
    return result


def _on_connection(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    _listen_to(connection)


def _listen_to(connection: BaseDatabaseWrapper) -> None:
    if _statement not in connection.execute_wrappers:
        # First, because execute_wrapper() leaves by popping the last one.
        connection.execute_wrappers.insert(0, _statement)


def _statement(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    recorder = active.get()
    if recorder is None:
        return execute(sql, params, many, context)
    return recorder.note_statement(execute, sql, params, many, context)


def _on_exception(sender: Any, request: Any = None, **kwargs: Any) -> None:
    recorder = active.get()
    if recorder is not None:
        recorder.note_current_exception()
