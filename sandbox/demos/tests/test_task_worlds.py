"""A task has no request: its message says whose it is."""

import json
import socket

import pytest
from celery import Celery, signals
from celery.app.trace import build_tracer

from sandbox.demos import feeds, tasks
from sandbox.demos.places import NoWorldError, current_place, place_or_none


@pytest.fixture
def worker():
    """A worker in this process, and the end of the line on which it tells of its runs."""
    tasks.install()
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    here.settimeout(5)
    tasks.tell_by(there)
    yield here
    tasks._outbox = None
    signals.task_postrun.disconnect(dispatch_uid="demos")
    here.close()
    there.close()


@pytest.fixture
def app() -> Celery:
    app = Celery("yard", broker="memory://", set_as_current=False)

    @app.task(name="yard.look", shared=False)
    def look():
        return current_place().visitor

    @app.task(name="yard.fail", shared=False)
    def fail():
        raise ValueError("no")

    return app


def headers_of(app: Celery) -> dict:
    seen: list[dict] = []

    def note(headers, **_):
        seen.append(headers)

    signals.after_task_publish.connect(note)
    app.tasks["yard.look"].delay()
    signals.after_task_publish.disconnect(note)
    return seen[0]


def _apply(app: Celery, name: str, headers: dict):
    """As a worker would: by a tracer around the task."""
    task = app.tasks[name]
    request = {**headers, "id": "1", "task": name, "args": [], "kwargs": {}, "is_eager": False}
    return build_tracer(name, task, app=app, eager=True, propagate=False)("1", [], {}, request)


def test_what_a_request_sends_carries_its_world(visit, app):
    tasks.install()
    ada = visit("sandpit")
    with ada.world():
        assert headers_of(app)[tasks.HEADER] == [ada.visitor, "sandpit", 0]
    assert tasks.HEADER not in headers_of(app)


def test_a_task_runs_in_it_and_leaves_it(visit, app, worker):
    ada = visit("sandpit")
    result = _apply(app, "yard.look", {tasks.HEADER: [ada.visitor, "sandpit", 0]})

    assert result.retval == ada.visitor
    assert place_or_none() is None


def test_without_a_header_there_is_no_world(app, worker):
    assert isinstance(_apply(app, "yard.look", {}).retval.exception, NoWorldError)


def test_its_run_is_told_as_it_begins_and_as_it_ends(visit, app, worker):
    ada = visit("sandpit")
    _apply(app, "yard.fail", {tasks.HEADER: [ada.visitor, "sandpit", 0]})
    begun, ended = worker.recv(1 << 20), worker.recv(1 << 20)

    assert json.loads(begun)["trace"]["response"]["status"] == 102
    for message in (begun, ended):
        tasks._saw(message)
    (trace,) = ada.traces
    assert (trace["request"]["method"], trace["response"]["status"]) == ("TASK", 500)
    assert (trace["tasks"][0]["name"], trace["tasks"][0]["state"]) == ("yard.fail", "FAILURE")


def test_what_was_sent_before_a_reset_is_not_shown(visit, app, worker):
    ada = visit("sandpit")
    with ada.world() as world:
        world.reset()
    _apply(app, "yard.look", {tasks.HEADER: [ada.visitor, "sandpit", 0]})
    tasks._saw(worker.recv(1 << 20))

    assert feeds.earlier(world) == []
