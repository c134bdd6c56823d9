"""Fixtures for tests of the demos site and of lessons' demos (`--ds=sandbox.demos.settings_test`).

    def test_something(visit):
        ada = visit("login_logout")
        response = ada.get("login/")
        with ada.world():
            assert User.objects.count() == 2
        assert ada.traces[-1]["url_name"] == "login"

Each is another visitor, with a world of its own. Paths are relative to the lesson; an absolute one is taken
as it is. `ada.beside(2)` is the same visitor's second browser. `ada.socket("ws/")` is a WebSocket of hers:

    async def test_something(visit):
        socket = visit("websockets").socket("ws/lobby/")
        assert await socket.connect()
        await socket.send_json({"text": "hi"})
        assert (await socket.receive_json())["text"] == "hi"
        await socket.disconnect()
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client, override_settings

from sandbox.demos import feeds
from sandbox.demos.desk import Letter, read_desk
from sandbox.demos.places import enter
from sandbox.demos.sockets import handshake_scope
from sandbox.demos.visits import persona_prefix, visitor_cookie, visitor_of
from sandbox.demos.worlds import World, demo_named, world

VISITOR_COOKIE = "demos_visitor"
PATIENCE = 30  # seconds: the first query of a run builds the original databases


class Socket(ApplicationCommunicator):
    """A browser's end of a WebSocket. (channels.testing needs Daphne.)"""

    def __init__(self, path: str, cookie: str, origin: str = "http://testserver") -> None:
        # Here, because it is the demos site's, and this module is imported for tests of any.
        from sandbox.demos.asgi import application

        headers = {"host": "testserver", "origin": origin, "cookie": cookie}
        super().__init__(application, handshake_scope(path, headers))
        self.close_code: int | None = None

    async def connect(self) -> bool:
        """Whether it was accepted; `close_code` has the code if it was not."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(PATIENCE)
        self.close_code = answer.get("code")
        return bool(answer["type"] == "websocket.accept")

    async def send_json(self, message: Any) -> None:
        await self.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def receive_json(self) -> Any:
        """The next frame; None, and `close_code`, where the demo closes instead."""
        answer = await self.receive_output(PATIENCE)
        if answer["type"] == "websocket.close":
            self.close_code = answer.get("code") or 1000
            return None
        return json.loads(answer["text"])

    async def disconnect(self, code: int = 1000) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": code})
        await self.wait(PATIENCE)


class Browser(Client):
    """A test client of one visitor in one lesson. A view's exception is a 500, as in a browser."""

    def __init__(self, lesson: str, visitor: str | None = None, persona: int = 1, **options: Any) -> None:
        super().__init__(**{"raise_request_exception": False, **options})
        self.demo = demo_named(lesson)
        self.persona = persona
        self.visitor = visitor or visitor_of({})[0]
        self.cookies[VISITOR_COOKIE] = visitor_cookie(self.visitor)

    def generic(self, method: str, path: Any, *args: Any, **options: Any) -> Any:
        if not path.startswith("/"):
            path = persona_prefix(self.persona) + self.demo.prefix + path
        return super().generic(method, path, *args, **options)

    def get(self, path: Any = "", *args: Any, **options: Any) -> Any:
        return super().get(path, *args, **options)

    def beside(self, persona: int) -> "Browser":
        """Another browser of the same visitor: the same rows, other cookies."""
        return Browser(self.demo.slug, self.visitor, persona)

    def socket(self, path: str, origin: str = "http://testserver") -> Socket:
        """A WebSocket with this browser's cookies, not yet connected."""
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
        return Socket(persona_prefix(self.persona) + self.demo.prefix + path, cookie, origin)

    def world(self) -> AbstractContextManager[World]:
        """Inside it, the test's own queries go to this visitor's database."""
        return world(self.visitor, self.demo.slug)

    @property
    def traces(self) -> list[dict[str, Any]]:
        return feeds.earlier(World(self.visitor, self.demo))

    @property
    def mail(self) -> list[Letter]:
        """What the demo sent, oldest first."""
        return read_desk(World(self.visitor, self.demo))["mail"]


@pytest.fixture
def visit(django_db_blocker: Any) -> Iterator[Callable[..., Browser]]:
    """`visit(lesson)` makes a new visitor's `Browser`. Their databases are their own: no `django_db`."""
    # Django's test environment would put mail into a list; here it goes into the visitor's mailbox.
    mail = override_settings(EMAIL_BACKEND="sandbox.demos.mail.EmailBackend")
    with django_db_blocker.unblock(), mail:
        yield Browser
    # A streamed response leaves its world in the context, which on a server ends with the request.
    enter(None)
