"""A consumer works in the world of the visitor whose browser opened the socket."""

import asyncio
import json

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from sandbox.demos.asgi import application
from sandbox.demos.visits import visitor_cookie
from sandbox.xray import sockets

PATH = "/yard/sandpit/ws/"
PATIENCE = 30  # seconds: the first query of a run builds the original databases


class Socket(ApplicationCommunicator):
    """A browser's end of a WebSocket. (channels.testing needs Daphne.)"""

    def __init__(self, path: str, cookie: str, origin: str) -> None:
        headers = [(b"host", b"testserver"), (b"origin", origin.encode()), (b"cookie", cookie.encode())]
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": headers,
            "subprotocols": [],
        }
        super().__init__(application, scope)

    async def connect(self) -> tuple[bool, int | None]:
        """Whether it was accepted, and the code if it was not."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(PATIENCE)
        return answer["type"] == "websocket.accept", answer.get("code")

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(PATIENCE)


def connect(browser=None, path: str = PATH, origin: str = "http://testserver", **cookies: str) -> Socket:
    if browser is not None:
        cookies = {settings.VISITOR_COOKIE_NAME: visitor_cookie(browser.visitor), **cookies}
    return Socket(path, "; ".join(f"{name}={value}" for name, value in cookies.items()), origin)


async def ask(socket: Socket, **message: str) -> dict:
    await socket.send_input({"type": "websocket.receive", "text": json.dumps(message)})
    return json.loads((await socket.receive_output(PATIENCE))["text"])


async def test_each_visitor_has_their_own_rows(visit):
    ada, bob = connect(visit("sandpit")), connect(visit("sandpit"))
    for socket in (ada, bob):
        connected, _ = await socket.connect()
        assert connected

    await ask(ada, name="Ada's")
    assert (await ask(bob, name="Bob's"))["names"] == ["Seeded", "Bob's"]
    assert (await ask(ada))["names"] == ["Seeded", "Ada's"]

    for socket in (ada, bob):
        await socket.disconnect()


async def test_a_persona_shares_the_rows(visit):
    browser = visit("sandpit")
    first, second = connect(browser), connect(browser, f"/~2{PATH}")
    await first.connect()
    await second.connect()
    await ask(first, name="Shared")

    assert await ask(second) == {"names": ["Seeded", "Shared"], "persona": 2, "user": ""}
    await first.disconnect()
    await second.disconnect()


async def test_a_socket_without_a_signed_visitor_is_refused(visit):
    browser = visit("sandpit")
    for cookies in ({}, {settings.VISITOR_COOKIE_NAME: browser.visitor}):
        assert await connect(**cookies).connect() == (False, 4401)


async def test_a_socket_to_nowhere_is_refused(visit):
    browser = visit("sandpit")
    for path in ("/yard/sandpit/other/", "/nowhere/", "/stage/yard/sandpit/"):
        connected, code = await connect(browser, path).connect()
        assert (connected, code) == (False, 4404)


async def test_another_origin_is_refused(visit):
    connected, _ = await connect(visit("sandpit"), origin="http://evil.example").connect()

    assert not connected


def sockets_of(browser) -> list[dict]:
    return [trace for trace in browser.traces if trace["request"]["method"] == "WEBSOCKET"]


async def told(browser, frames: int) -> dict:
    for _ in range(100):
        traces = sockets_of(browser)
        if traces and len(traces[-1]["frames"]) >= frames:
            return traces[-1]
        await asyncio.sleep(0.05)
    raise AssertionError(sockets_of(browser))


async def test_a_connection_is_one_trace_that_grows(visit):
    browser = visit("sandpit")
    socket = connect(browser)
    await socket.connect()
    await ask(socket, name="Windsor")
    trace = await told(browser, 4)

    assert [(frame["direction"], frame["kind"]) for frame in trace["frames"]] == [
        ("in", "connect"),
        ("out", "accept"),
        ("in", "text"),
        ("out", "text"),
    ]
    assert json.loads(trace["frames"][2]["data"]) == {"name": "Windsor"}
    assert trace["frames"][3]["source"]["file"] == "demo/routing.py"
    assert (trace["response"]["status"], trace["persona"]) == (101, 1)
    assert trace["view"].endswith("demo.routing.CastleConsumer")
    insert = next(query for query in trace["queries"] if query["sql"].startswith("INSERT"))
    assert insert["source"]["file"] == "demo/routing.py"
    assert settings.VISITOR_COOKIE_NAME not in json.dumps(trace)

    await ask(socket)
    assert (await told(browser, 6))["id"] == trace["id"]
    await socket.disconnect()
    (last,) = sockets_of(browser)
    assert last["frames"][-1]["kind"] == "disconnect"
    assert last["frames"][-1]["code"] == 1000
    assert "aborted" not in last and last["exception"] is None


async def test_another_visitors_connection_is_not_shown(visit):
    ada, bob = visit("sandpit"), visit("sandpit")
    socket = connect(ada)
    await socket.connect()
    await told(ada, 2)
    await socket.disconnect()

    assert sockets_of(bob) == []


async def test_what_is_kept_of_a_connection_is_bounded(visit, monkeypatch):
    monkeypatch.setattr(sockets, "MAX_FRAMES", 500)
    browser = visit("sandpit")
    socket = connect(browser)
    await socket.connect()
    for _ in range(20):
        await ask(socket, nothing="x" * 100)
    await socket.disconnect()
    (trace,) = sockets_of(browser)

    assert sum(len(frame["data"] or "") for frame in trace["frames"]) <= 500
    assert trace["frames"][-1]["kind"] == "disconnect"
    assert len(trace["frames"]) + trace["dropped"]["frames"] == 43


async def test_after_a_reset_an_old_connection_is_silent(visit):
    browser = visit("sandpit")
    socket = connect(browser)
    await socket.connect()
    await ask(socket, name="Windsor")
    await told(browser, 4)
    await sync_to_async(browser.post)("/stage/yard/sandpit/reset")
    await socket.disconnect()

    assert sockets_of(browser) == []
