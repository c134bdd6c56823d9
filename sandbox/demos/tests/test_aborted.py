"""A browser that goes away before the answer."""

import asyncio
import time

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from sandbox.demos.asgi import application
from sandbox.demos.tests.school.yard.sandpit.demo import views
from sandbox.demos.visits import visitor_cookie
from sandbox.xray import recorder


def ask(browser, path: str, query: str) -> ApplicationCommunicator:
    cookie = f"{settings.VISITOR_COOKIE_NAME}={visitor_cookie(browser.visitor)}".encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"host", b"testserver"), (b"cookie", cookie)],
    }
    return ApplicationCommunicator(application, scope)


async def test_it_is_no_error_of_the_demo(visit):
    browser = visit("sandpit")
    asking = ask(browser, "/yard/sandpit/forever/", "name=Windsor")
    await asking.send_input({"type": "http.request"})
    async with asyncio.timeout(20):
        while "/yard/sandpit/forever/?name=Windsor" not in views.kept_waiting:
            await asyncio.sleep(0.02)
    await asking.send_input({"type": "http.disconnect"})
    await asking.wait(5)
    (trace,) = browser.traces

    assert trace["aborted"] is True
    assert trace["exception"] is None
    assert trace["response"]["status"] == 499
    assert trace["request"]["query"] == "name=Windsor"


async def test_one_that_leaves_before_anything_began_leaves_nothing(visit, monkeypatch):
    """Cancelled while the recorder looks at the session: there is nothing to tell yet."""

    def slow_visit(request):
        time.sleep(0.3)
        raise AssertionError("nobody waits for this")

    monkeypatch.setattr(recorder, "Visit", slow_visit)
    sunk: list[dict] = []

    async def view(request):
        return HttpResponse()

    serving = asyncio.create_task(
        recorder.aobserve(RequestFactory().get("/"), view, own=recorder.own_files_in(), sink=sunk.append)
    )
    await asyncio.sleep(0.1)
    serving.cancel()
    with pytest.raises((asyncio.CancelledError, AssertionError)):
        await serving
    assert sunk == []
