"""A consumer works in the world of the visitor whose browser opened the socket."""

import asyncio
import json

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings

from sandbox.demos.sockets import Handshake
from sandbox.demos.testing import Socket
from sandbox.demos.visits import visitor_cookie
from sandbox.xray import sockets

PATH = "/yard/sandpit/ws/"


def connect(browser=None, path: str = PATH, origin: str = "http://testserver", **cookies: str) -> Socket:
    if browser is not None:
        cookies = {settings.VISITOR_COOKIE_NAME: visitor_cookie(browser.visitor), **cookies}
    return Socket(path, "; ".join(f"{name}={value}" for name, value in cookies.items()), origin)


async def ask(socket: Socket, **message: str) -> dict:
    await socket.send_json(message)
    return await socket.receive_json()


async def test_each_visitor_has_their_own_rows(visit):
    ada, bob = connect(visit("sandpit")), connect(visit("sandpit"))
    for socket in (ada, bob):
        assert await socket.connect()

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
        socket = connect(**cookies)
        assert (await socket.connect(), socket.close_code) == (False, 4401)


async def test_a_socket_to_nowhere_is_refused(visit):
    browser = visit("sandpit")
    for path in ("/yard/sandpit/other/", "/nowhere/", "/stage/yard/sandpit/"):
        socket = connect(browser, path)
        assert (await socket.connect(), socket.close_code) == (False, 4404)


async def test_another_origin_is_refused(visit):
    assert not await connect(visit("sandpit"), origin="http://evil.example").connect()


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


async def test_a_group_ends_where_the_world_ends(visit):
    ada, bob = visit("sandpit"), visit("sandpit")
    layer = get_channel_layer()
    channel = await layer.new_channel()
    with ada.world():
        await layer.group_add("lobby", channel)
    with bob.world():
        await layer.group_send("lobby", {"type": "said", "text": "Bob's"})
    with ada.world():
        await layer.group_send("lobby", {"type": "said", "text": "Ada's"})
        assert (await layer.receive(channel))["text"] == "Ada's"
        await layer.group_discard("lobby", channel)
    assert layer.groups == {}


def test_a_handshake_that_no_page_can_make(visit):
    browser = visit("sandpit")
    handshake = Handshake(browser.visitor)

    assert handshake(PATH, {"origin": "http://evil.example"}) == 101  # the demo itself has no check
    assert handshake(f"{PATH}nowhere/", {}) == 403

    refused, accepted = sockets_of(browser)[1], sockets_of(browser)[0]
    assert dict(accepted["request"]["headers"])["origin"] == "http://evil.example"
    assert (accepted["response"]["status"], accepted["frames"][-1]["kind"]) == (101, "disconnect")
    assert refused["response"]["status"] == 403
