"""A browser that goes away before the answer."""

import asyncio

from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from sandbox.demos.asgi import application
from sandbox.demos.visits import visitor_cookie


def ask(browser, path: str) -> ApplicationCommunicator:
    cookie = f"{settings.VISITOR_COOKIE_NAME}={visitor_cookie(browser.visitor)}".encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"name=Windsor",
        "headers": [(b"host", b"testserver"), (b"cookie", cookie)],
    }
    return ApplicationCommunicator(application, scope)


async def test_it_is_no_error_of_the_demo(visit):
    browser = visit("sandpit")
    asking = ask(browser, "/yard/sandpit/forever/")
    await asking.send_input({"type": "http.request"})
    await asyncio.sleep(0.3)
    await asking.send_input({"type": "http.disconnect"})
    await asking.wait(5)
    (trace,) = browser.traces

    assert trace["aborted"] is True
    assert trace["exception"] is None
    assert trace["response"]["status"] == 499
    assert trace["request"]["query"] == "name=Windsor"
