"""What lesson.md says about Django, Channels and uvicorn, tried."""

import asyncio
import warnings
from inspect import signature

import pytest
import uvicorn
from asgiref.testing import ApplicationCommunicator
from channels.exceptions import ChannelFull
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import InMemoryChannelLayer
from channels.security.websocket import AllowedHostsOriginValidator, OriginValidator
from channels_redis.core import RedisChannelLayer
from django.conf import global_settings
from django.core.exceptions import SynchronousOnlyOperation
from django.test import override_settings

from lessons.apis.websockets.demo.models import Room


class Recording(AsyncJsonWebsocketConsumer):
    ended = None

    async def receive_json(self, content):
        await self.send_json(content)

    async def disconnect(self, code):
        type(self).ended = code


async def opened(application, origin: str | None = "http://testserver"):
    headers = [] if origin is None else [(b"origin", origin.encode())]
    scope = {"type": "websocket", "path": "/", "headers": headers, "query_string": b""}
    socket = ApplicationCommunicator(application, scope)
    await socket.send_input({"type": "websocket.connect"})
    answer = await socket.receive_output(10)
    return answer["type"] == "websocket.accept", socket


@pytest.mark.parametrize(
    ("origin", "by_host", "by_origin"),
    [
        ("https://app.example.com", True, True),
        ("http://app.example.com", True, False),
        ("https://app.example.com:8443", True, False),
        ("https://blog.example.com", False, False),
        ("null", False, False),
        (None, False, False),
    ],
)
async def test_origins(origin, by_host, by_origin):
    with override_settings(ALLOWED_HOSTS=["app.example.com"]):
        accepted, _ = await opened(AllowedHostsOriginValidator(Recording.as_asgi()), origin)
    assert accepted is by_host
    accepted, _ = await opened(OriginValidator(Recording.as_asgi(), ["https://app.example.com"]), origin)
    assert accepted is by_origin


async def test_bad_json_ends_the_connection_without_disconnect(monkeypatch):
    monkeypatch.setattr(Recording, "ended", None)
    _, socket = await opened(Recording.as_asgi())
    await socket.send_input({"type": "websocket.receive", "text": "{"})
    with pytest.raises(ValueError, match="Expecting property name"):
        await socket.wait(10)
    assert Recording.ended is None


async def test_the_orm_refuses_an_event_loop():
    with pytest.raises(SynchronousOnlyOperation):
        Room.objects.get(slug="weather")


async def test_a_full_channel_is_passed_over_in_silence():
    layer = InMemoryChannelLayer()
    full, other = await layer.new_channel(), await layer.new_channel()
    for channel in (full, other):
        await layer.group_add("room", channel)
    for number in range(100):
        await layer.send(full, {"type": "said", "number": number})
    await layer.group_send("room", {"type": "said", "number": 100})
    assert (await layer.receive(other))["number"] == 100
    with pytest.raises(ChannelFull):
        await layer.send(full, {"type": "said"})


async def test_events_outlive_a_day_of_membership_but_not_the_membership():
    layer = InMemoryChannelLayer(group_expiry=-10)
    channel = await layer.new_channel()
    await layer.group_add("room", channel)
    await layer.group_send("room", {"type": "said"})
    assert layer.channels == {}


def test_defaults():
    for layer in (InMemoryChannelLayer, RedisChannelLayer):
        parameters = signature(layer.__init__).parameters
        assert (parameters["capacity"].default, parameters["group_expiry"].default) == (100, 86_400)
    parameters = signature(uvicorn.Config.__init__).parameters
    assert parameters["ws_max_size"].default == 16 * 1024 * 1024
    assert (parameters["ws_ping_interval"].default, parameters["ws_ping_timeout"].default) == (20.0, 20.0)
    assert global_settings.SESSION_COOKIE_SAMESITE == "Lax"


async def test_one_thing_at_a_time():
    order = []

    class Busy(Recording):
        async def receive_json(self, content):
            order.append(f"begin {content}")
            await asyncio.sleep(0.02)
            order.append(f"end {content}")

    _, socket = await opened(Busy.as_asgi())
    for text in ("1", "2"):
        await socket.send_input({"type": "websocket.receive", "text": text})
    await socket.send_input({"type": "websocket.disconnect", "code": 1001})
    await socket.wait(10)
    assert order == ["begin 1", "end 1", "begin 2", "end 2"]


def test_a_coroutine_for_nobody():
    layer = InMemoryChannelLayer()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        layer.group_send("room", {"type": "said"})
    assert "was never awaited" in str(caught[0].message)
