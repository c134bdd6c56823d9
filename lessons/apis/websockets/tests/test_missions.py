"""Each mission is noticed when it is done, and not before."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from lessons.apis.websockets.demo.models import Line

from .test_rooms import enter, hear, sign_in

STAGE = "/stage/apis/websockets/"


@pytest.fixture
def ada(visit):
    return sign_in(visit("websockets"), "ada")


@pytest.fixture
def grace(ada):
    return sign_in(ada.beside(2), "grace")


async def done(browser) -> set[str]:
    state = (await sync_to_async(browser.get)(f"{STAGE}state")).json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


async def say(socket, text: str, key: str = "k"):
    await socket.send_json({"type": "say", "key": key, "text": text})
    return await hear(socket, "said")


async def test_two_voices(ada, grace):
    first, second = await enter(ada), await enter(grace)
    await say(first, "Snow.")
    await hear(second, "said")
    await first.disconnect()
    assert await done(ada) == set()
    await say(second, "Here too.")
    await second.disconnect()
    assert await done(ada) == {"two_voices"}


async def test_history_is_no_conversation(ada):
    await (await enter(ada, after=0)).disconnect()
    assert await done(ada) == set()


async def test_two_connections(ada, grace):
    first, second, other = await enter(ada), await enter(ada), await enter(grace)
    await other.disconnect()
    assert await done(ada) == set()
    await second.disconnect()
    await first.disconnect()
    assert await done(ada) == {"two_connections"}


def test_refused_for_three_reasons(visit):
    hut = sign_in(visit("websockets"), "ada")
    good = {"room": "weather", "origin": "own", "session": "on"}
    tries = [good, good | {"origin": "evil"}, {"room": "weather", "origin": "own"}, good | {"room": "rescue"}]
    for values in tries:
        hut.post("door/", values)
    state = hut.get(f"{STAGE}state").json()
    assert not any(mission["done"] for mission in state["missions"])
    hut.post("door/", good | {"room": "cellar"})
    state = hut.get(f"{STAGE}state").json()
    assert [mission["slug"] for mission in state["missions"] if mission["done"]] == ["refused"]


async def test_come_back(ada, grace):
    first, second = await enter(ada), await enter(grace)
    await sync_to_async(ada.post)("storm/", {"seconds": 8})
    while await first.receive_json() is not None:
        pass
    await first.disconnect(1012)
    assert not await ada.socket("ws/weather/?after=4").connect()
    await say(second, "Are you there?")
    await second.disconnect()
    assert await done(ada) == set()
    await sync_to_async(calm)(ada)
    await (await enter(ada, after=5)).disconnect()  # nothing was missed
    assert await done(ada) == set()
    await (await enter(ada, after=4)).disconnect()
    assert await done(ada) == {"come_back"}


def calm(browser):
    with browser.world():
        Line.objects.all().delete()


async def test_slow_down(ada):
    socket = await enter(ada)
    await socket.send_json({"type": "say", "key": "long", "text": "x" * 501})
    await hear(socket, "refused")
    for number in range(5):
        await say(socket, "Gust", str(number))
    await socket.send_json({"type": "say", "key": "sixth", "text": "Gust"})
    await hear(socket, "refused")
    await socket.disconnect()
    assert await done(ada) == {"slow_down"}


async def test_lose_readings(ada, monkeypatch):
    monkeypatch.setattr("lessons.apis.websockets.demo.views.NAP", 0.6)
    socket = await enter(ada)
    await sync_to_async(ada.post)("readings/")
    for _ in range(100):
        await asyncio.wait_for(hear(socket, "reading"), 20)
    await socket.disconnect()
    assert await done(ada) == {"lose_readings"}
