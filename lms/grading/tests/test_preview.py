"""Learners' projects that stay booted: what they keep, how many there may be, and when they end."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest

from lms.embedded import plain_lifespan
from lms.grading.browsing import read_request
from lms.grading.grader import GraderUnavailable
from lms.grading.preview import NoPreview, Preview, PreviewBusy, Previews, PreviewStopped
from sandbox.jail import Project, ProjectFailed, start_jail

VIEWS = """
import os, time
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import path

def add(request):
    User.objects.create_user(request.GET["name"])
    return HttpResponse(", ".join(User.objects.order_by("id").values_list("username", flat=True)))

urlpatterns = [
    path("", lambda request: HttpResponse("hello")),
    path("add/", add),
    path("end/", lambda request: os._exit(3)),
    path("sleep/", lambda request: HttpResponse(str(time.sleep(60)))),
]
"""
PROJECT = Project(files={"urls.py": VIEWS})

# Who asks a project gives the thread's connection back, and so looks at it.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def jail_socket():
    with start_jail() as jail:
        yield str(jail.socket_path)


@pytest.fixture(autouse=True)
def jail(jail_socket, settings):
    settings.JAIL_SOCKET = jail_socket


@pytest.fixture
def registry():
    registry = Previews(most=2)
    yield registry
    registry.close_all()


def boot(registry: Previews, learner: int, exercise: int = 1) -> Preview:
    return registry.boot(owner=learner, exercise=exercise, project=PROJECT)


def ask(preview: Preview, path: str) -> dict:
    return preview.request(read_request({"path": path}))


def body(preview: Preview, answer: dict) -> str:
    return preview.pages[answer["page"]].content.decode()


def test_what_is_written_stays_from_request_to_request(registry):
    preview = boot(registry, 1)
    ask(preview, "/add/?name=ada")
    answer = ask(preview, "/add/?name=bob")
    assert body(preview, answer) == "ada, bob"
    question = "from django.contrib.auth.models import User\nUser.objects.count()"
    assert preview.evaluate(question)["value"] == 2


def test_a_learner_has_one_and_it_is_theirs_and_of_one_exercise(registry):
    first = boot(registry, 1)
    second = boot(registry, 1)
    assert first.closed
    assert registry.get(owner=1, exercise=1, preview_id=second.id) is second
    for wanted in (
        {"owner": 2, "exercise": 1, "preview_id": second.id},
        {"owner": 1, "exercise": 2, "preview_id": second.id},
        {"owner": 1, "exercise": 1, "preview_id": first.id},
    ):
        with pytest.raises(NoPreview):
            registry.get(**wanted)


def test_the_one_that_was_used_longest_ago_gives_way(registry):
    first, second = boot(registry, 1), boot(registry, 2)
    ask(first, "/")
    third = boot(registry, 3)
    assert (first.closed, second.closed, third.closed) == (False, True, False)
    with pytest.raises(NoPreview):
        ask(second, "/")


def test_nobody_who_is_at_work_gives_way(registry):
    previews = [boot(registry, 1), boot(registry, 2)]
    with previews[0].lock, previews[1].lock, pytest.raises(GraderUnavailable, match="Try again soon"):
        boot(registry, 3)
    assert not any(preview.closed for preview in previews)


def test_of_two_that_boot_at_once_both_count(registry):
    first = boot(registry, 1)
    with registry._room():
        assert not first.closed
        with registry._room():
            assert first.closed
            with pytest.raises(GraderUnavailable), registry._room():
                raise AssertionError("there was room for a third")


def test_what_nobody_uses_is_swept_away_and_so_is_what_lived_long_enough(registry):
    idle, used = boot(registry, 1), boot(registry, 2)
    used.used = time.monotonic() + 170
    registry.sweep(time.monotonic() + 181)
    assert (idle.closed, used.closed) == (True, False)
    used.used = time.monotonic() + 901
    registry.sweep(time.monotonic() + 901)
    assert used.closed


def test_the_sweeper_runs_by_itself_and_ends_with_the_last_project():
    registry = Previews(most=2, idle=0.2)
    preview = boot(registry, 1)
    sweeper = registry._sweeper
    assert sweeper is not None
    sweeper.join(10)
    assert preview.closed
    assert not sweeper.is_alive()


def test_pages_are_kept_for_the_frame_only_so_many(registry):
    preview = boot(registry, 1)
    for _ in range(25):
        ask(preview, "/")
    assert sorted(preview.pages) == list(range(6, 26))


@pytest.mark.parametrize("path", ["/end/", "/sleep/"])
def test_a_project_that_ends_or_hangs_is_told_and_gone(registry, path):
    preview = boot(registry, 1)
    with patch("lms.grading.preview.A_REQUEST", 0.5), pytest.raises(PreviewStopped) as stopped:
        ask(preview, path)
    told = "exit status 3" if path == "/end/" else "was stopped"
    assert told in str(stopped.value)
    with pytest.raises(NoPreview):
        ask(preview, "/")


def test_one_that_is_put_away_while_it_is_asked_is_simply_gone(registry):
    preview = boot(registry, 1)
    threading.Timer(0.3, preview.close).start()
    with pytest.raises(NoPreview):
        ask(preview, "/sleep/")


def test_behind_so_many_nobody_waits(registry):
    """Each would hold a thread of the server for as long as the project likes."""
    preview = boot(registry, 1)
    with preview.lock, patch.object(preview, "asking", threading.BoundedSemaphore(1)):
        waiting = threading.Thread(target=ask, args=(preview, "/"))
        waiting.start()
        while preview.asking._value:
            time.sleep(0.01)
        with pytest.raises(PreviewBusy):
            preview.evaluate("1")
        preview.lock.release()
        waiting.join()
        preview.lock.acquire()
    assert ask(preview, "/")["status"] == 200


def test_while_a_project_answers_nobody_keeps_a_connection_to_the_database(registry):
    """One learner with a slow project would have all that a pool has."""
    with patch("lms.grading.preview.close_old_connections") as close:
        preview = boot(registry, 1)
        assert close.call_count == 1
        ask(preview, "/")
        assert close.call_count == 2


def test_a_project_that_does_not_boot_takes_no_place(registry):
    for learner in range(5):
        with pytest.raises(ProjectFailed):
            registry.boot(owner=learner, exercise=1, project=Project(files={"urls.py": "1 / 0"}))
    assert (registry._alive, registry._booting) == ({}, 0)


def test_without_a_jail_the_reason_is_said(registry, settings):
    settings.JAIL_SOCKET = ""
    with pytest.raises(GraderUnavailable, match="JAIL_SOCKET is empty"):
        boot(registry, 1)
    assert registry._booting == 0


def test_a_jail_that_ends_takes_its_projects_with_it(settings):
    registry = Previews(most=2)
    with start_jail() as jail:
        settings.JAIL_SOCKET = str(jail.socket_path)
        preview = boot(registry, 1)
    with pytest.raises((GraderUnavailable, NoPreview)):
        ask(preview, "/")
    with pytest.raises(NoPreview):
        registry.get(owner=1, exercise=1, preview_id=preview.id)


def test_the_end_of_the_server_is_the_end_of_the_projects():
    # In a thread: a browser of another test may have a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        said, preview = pool.submit(asyncio.run, _start_and_stop()).result(60)
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert preview.closed


async def _start_and_stop():
    messages = asyncio.Queue()
    for kind in ("startup", "shutdown"):
        messages.put_nowait({"type": f"lifespan.{kind}"})
    said = []

    async def send(message):
        said.append(message["type"])

    registry = Previews(most=2)
    preview = await asyncio.to_thread(boot, registry, 1)
    with patch("lms.embedded.previews", registry):
        await plain_lifespan({"type": "lifespan"}, messages.get, send)
    return said, preview
