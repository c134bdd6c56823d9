"""Celery's tasks of demos: a message carries the visitor's world, and its run appears in their X-ray.

A task has no request. What is sent while a world is current gets the world into its headers, by a request as
by another task (a retry, the next of a chain); where it runs, the world is set for as long as it does.
"""

import contextlib
import json
import socket
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from celery import signals
from django.db import connections
from django.http import HttpRequest

from sandbox.demos import feeds, places, witness
from sandbox.demos.worlds import UnknownLessonError, World, demo_named
from sandbox.xray import hooks
from sandbox.xray import tasks as xray_tasks
from sandbox.xray.recorder import Recorder, Trace, own_files_in

HEADER = "demos_world"
MAX_DATAGRAM = 150_000  # bytes; what a socket pair takes in one piece by default is a little more

# As the answer to a request would have them: a task has no status, but the X-ray has a column for it.
STATUS = {"STARTED": 102, "SUCCESS": 200, "RETRY": 503, "FAILURE": 500, "IGNORED": 204, "REJECTED": 409}


@dataclass(eq=False)
class Run:
    """One try of a task, between its two signals."""

    world: World
    generation: int
    name: str
    view: str
    recorder: Recorder
    before: places.Place | None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


_run: ContextVar[Run | None] = ContextVar("demos_task_run", default=None)
_outbox: socket.socket | None = None


def install() -> None:
    """Idempotent. Ours comes before the recorder's and a demo's as a task begins."""
    signals.before_task_publish.connect(_stamp, dispatch_uid="demos")
    signals.task_prerun.connect(_began, dispatch_uid="demos")
    xray_tasks.install()
    signals.task_prerun.connect(_has_begun, dispatch_uid="demos.begun")


def tell_by(outbox: socket.socket) -> None:
    """In a worker: what its processes record goes to the site.

    By datagrams, which are written whole or not at all: no lock is left behind by a process that is killed.
    """
    global _outbox
    _outbox = outbox
    # Once everything is imported: the world is left after a demo's own receivers have been told.
    signals.task_postrun.connect(_ended, dispatch_uid="demos")


def hear(inbox: socket.socket) -> None:
    """At the site: until the worker is gone, show what it tells."""
    with inbox:
        while message := inbox.recv(1 << 20):
            with contextlib.suppress(ValueError, KeyError, UnknownLessonError, OSError):
                _saw(message)


def _stamp(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is None:
        return
    run, place = _run.get(), places.place_or_none()
    if run is not None:
        # A worker does not know of resets since then: what a task sends is as old as it is itself.
        headers[HEADER] = [run.world.visitor, run.world.demo.slug, run.generation]
    elif isinstance(place, World):
        headers[HEADER] = [place.visitor, place.demo.slug, place.identity[2]]


def _began(sender: Any, **_: Any) -> None:
    header = sender.request.get(HEADER)
    if header is None or hooks.active.get() is not None:
        return
    try:
        visitor, lesson, generation = header
        world = World(str(visitor), demo_named(str(lesson)))
    except (TypeError, ValueError, UnknownLessonError):
        return
    before = places.enter(world)
    recorder = Recorder(own=own_files_in(world.demo.folder))
    request = HttpRequest()
    request.method = "TASK"
    request.path = request.path_info = f"{world.demo.prefix}tasks/{sender.name}"
    recorder.__enter__()
    recorder.begin(request)
    view = f"{sender.__module__}.{getattr(sender.run, '__name__', sender.name)}"
    run = Run(world, int(generation), str(sender.name), view, recorder, before)
    _run.set(run)


def _has_begun(**_: Any) -> None:
    """The recorder has its entry now: a run whose process is killed is not told of again."""
    run = _run.get()
    if run is not None:
        _tell(run, "STARTED")


def _ended(state: str | None = None, **_: Any) -> None:
    run = _run.get()
    if run is None:
        return
    _run.set(None)
    run.recorder.__exit__(None, None, None)
    _tell(run, str(state or "IGNORED"))
    connections.close_all()
    places.enter(run.before)


def _tell(run: Run, state: str) -> None:
    trace = run.recorder.end(None)
    trace |= {"id": run.id, "persona": 1, "url_name": run.name, "view": run.view}
    trace["response"] = {"status": STATUS.get(state, 500), "headers": [], "type": "task", "size": None}
    content = {"visitor": run.world.visitor, "lesson": run.world.demo.slug, "generation": run.generation}
    message = json.dumps({**content, "trace": trace}, default=str).encode()
    if len(message) > MAX_DATAGRAM:
        trace["dropped"] = {**trace.get("dropped", {}), "queries": len(trace["queries"])}
        trace["queries"] = []
        message = json.dumps({**content, "trace": trace}, default=str).encode()
    if _outbox is not None:
        with contextlib.suppress(OSError):  # too long still, or nobody there: the task itself goes on
            _outbox.send(message)


def _saw(message: bytes) -> None:
    told: dict[str, Any] = json.loads(message)
    world = World(told["visitor"], demo_named(told["lesson"]))
    trace: Trace = told["trace"]
    if world.identity[2] != told["generation"]:
        return  # from before a reset
    witness.saw(world, trace)
    if trace["mail"]:
        feeds.changed(world)
