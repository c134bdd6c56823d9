"""What happens on the sockets of the demo, frame by frame."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from lessons.apis.websockets.demo import limits, presence
from lessons.apis.websockets.demo.models import Message, Presence, Room


def sign_in(browser, name: str):
    assert browser.post("sign-in/", {"name": name}).status_code == 302
    return browser


@pytest.fixture
def ada(visit):
    return sign_in(visit("websockets"), "ada")


@pytest.fixture
def grace(ada):
    return sign_in(ada.beside(2), "grace")


async def enter(browser, room: str = "weather", after: int = 99):
    """A socket that has had its first two frames."""
    socket = browser.socket(f"ws/{room}/?after={after}")
    assert await socket.connect()
    assert (await socket.receive_json())["type"] == "missed"
    assert (await socket.receive_json())["type"] == "presence"
    return socket


async def look(browser, ask):
    """What `ask` says in the browser's world; in a thread, since a world's end closes its connections."""

    def there():
        with browser.world():
            return ask()

    return await asyncio.to_thread(there)


async def hear(socket, kind: str) -> dict:
    """The next frame of this type."""
    while (frame := await socket.receive_json()) is not None:
        if frame["type"] == kind:
            return frame
    raise AssertionError(f"closed with {socket.close_code} instead of {kind}")


async def test_both_hear_what_one_says(ada, grace):
    first, second = await enter(ada), await enter(grace)
    await first.send_json({"type": "say", "key": "k1", "text": " Snow. "})
    for socket in (first, second):
        message = (await hear(socket, "said"))["message"]
        assert (message["who"], message["text"], message["number"], message["key"]) == (
            "ada",
            "Snow.",
            5,
            "k1",
        )
    for socket in (first, second):
        await socket.disconnect()


async def test_sent_twice_is_said_once(ada, grace):
    first, second = await enter(ada), await enter(grace)
    for _ in range(2):
        await first.send_json({"type": "say", "key": "same", "text": "Snow."})
        assert (await hear(first, "said"))["message"]["number"] == 5
    await first.send_json({"type": "say", "key": "other", "text": "Snow."})
    assert [(await hear(second, "said"))["message"]["number"] for _ in range(2)] == [5, 6]
    for socket in (first, second):
        await socket.disconnect()


async def test_typing_is_told_to_the_others_only(ada, grace):
    first, second = await enter(ada), await enter(grace)
    await first.send_json({"type": "typing"})
    assert await hear(second, "typing") == {"type": "typing", "who": "ada"}
    await second.send_json({"type": "say", "key": "k", "text": "Yes?"})
    while (frame := await first.receive_json())["type"] != "said":
        assert frame["type"] == "presence"
    for socket in (first, second):
        await socket.disconnect()


async def test_only_what_was_missed_comes(ada):
    socket = ada.socket("ws/weather/?after=2")
    assert await socket.connect()
    frame = await socket.receive_json()
    assert [message["number"] for message in frame["messages"]] == [3, 4]
    await socket.send_json({"type": "since", "number": 3})
    assert [message["number"] for message in (await hear(socket, "missed"))["messages"]] == [4]
    await socket.disconnect()


@pytest.mark.parametrize("after", ["", "after=", "after=-1", "after=99999999999999", "after=x", "before=2"])
async def test_a_number_that_is_none_means_from_the_beginning(ada, after):
    socket = ada.socket(f"ws/weather/?{after}")
    assert await socket.connect()
    assert len((await socket.receive_json())["messages"]) == 4
    await socket.disconnect()


@pytest.mark.parametrize(
    ("name", "room", "origin"),
    [
        (None, "weather", "http://testserver"),
        ("ada", "cellar", "http://testserver"),
        ("ada", "rescue", "http://testserver"),
        ("ada", "weather", "https://evil.example"),
    ],
)
async def test_refused(visit, name, room, origin):
    browser = visit("websockets")
    if name:
        await sync_to_async(sign_in)(browser, name)
    assert not await browser.socket(f"ws/{room}/", origin=origin).connect()


async def test_a_member_may_enter(visit):
    hedy = await sync_to_async(sign_in)(visit("websockets"), "hedy")
    await (await enter(hedy, "rescue")).disconnect()


async def test_one_of_two_tabs_may_go(ada):
    first, second = await enter(ada), await enter(ada)
    assert (await hear(first, "presence"))["people"] == [{"who": "ada", "connections": 2}]
    await second.disconnect()
    assert (await hear(first, "presence"))["people"] == [{"who": "ada", "connections": 1}]
    await first.disconnect()


async def test_a_dropped_connection_is_still_there_and_comes_back_once(ada, grace):
    watcher, lost = await enter(grace), await enter(ada)
    await hear(watcher, "presence")
    await lost.disconnect(1006)
    assert {"who": "ada", "connections": 0} in (await hear(watcher, "presence"))["people"]
    back = await enter(ada)
    assert {"who": "ada", "connections": 1} in (await hear(watcher, "presence"))["people"]
    for socket in (watcher, back):
        await socket.disconnect()


async def test_who_does_not_come_back_is_taken_away_by_the_others(ada, grace, monkeypatch):
    monkeypatch.setattr(presence, "TICK", 0.05)
    monkeypatch.setattr(presence, "LIFE", timezone.timedelta(seconds=0.5))
    watcher, lost = await enter(grace), await enter(ada)
    await lost.disconnect(1006)
    while {"who": "ada", "connections": 0} not in (await hear(watcher, "presence"))["people"]:
        pass
    while any(person["who"] == "ada" for person in (await hear(watcher, "presence"))["people"]):
        pass
    await watcher.disconnect()
    assert await look(grace, Presence.objects.count) == 0


async def test_storm_cuts_refuses_and_passes(ada):
    socket = await enter(ada)
    assert (await sync_to_async(ada.post)("storm/", {"seconds": 8})).status_code == 200
    while await socket.receive_json() is not None:
        pass
    assert socket.close_code == 1012
    await socket.disconnect(1012)
    assert not await ada.socket("ws/weather/").connect()
    assert await look(ada, lambda: [row.dropped for row in Presence.objects.all()]) == [True]


async def test_signing_out_closes_what_was_open(ada):
    socket = await enter(ada)
    await sync_to_async(ada.post)("sign-out/")
    while await socket.receive_json() is not None:
        pass
    assert socket.close_code == 4001
    await socket.disconnect(4001)
    assert await look(ada, Presence.objects.count) == 0


NONSENSE = [
    "{",
    "[]",
    "7",
    '{"type": "dance"}',
    '{"type": "say"}',
    '{"type": "say", "key": "k", "text": "  "}',
    '{"type": "say", "key": 7, "text": "x"}',
    '{"type": "since", "number": "4"}',
    '{"type": "since", "number": -1}',
]


@pytest.mark.parametrize("frame", NONSENSE)
async def test_nonsense_is_refused_and_the_line_holds(ada, frame):
    socket = await enter(ada)
    await socket.send_input({"type": "websocket.receive", "text": frame})
    assert (await hear(socket, "refused"))["reason"] == "not understood"
    await socket.send_json({"type": "say", "key": "k", "text": "Still here."})
    await hear(socket, "said")
    await socket.disconnect()


@pytest.mark.parametrize("message", [{"text": "x" * 4_001}, {"bytes": b"x"}])
async def test_too_big_or_binary_is_closed(ada, message):
    socket = await enter(ada)
    await socket.send_input({"type": "websocket.receive", **message})
    assert await socket.receive_json() is None
    assert socket.close_code == 1009
    await socket.disconnect(1009)


async def test_too_long_and_too_fast_are_refused(ada):
    socket = await enter(ada)
    await socket.send_json({"type": "say", "key": "long", "text": "x" * 501})
    assert (await hear(socket, "refused"))["reason"] == "too long"
    for number in range(7):
        await socket.send_json({"type": "say", "key": str(number), "text": "Gust"})
    refusals = [await hear(socket, "refused") for _ in range(2)]
    assert [refusal["key"] for refusal in refusals] == ["5", "6"]
    assert all(0 < refusal["wait"] <= 1 for refusal in refusals)
    await socket.disconnect()
    assert await look(ada, Message.objects.filter(text="Gust").count) == 5


async def test_who_does_not_listen_is_thrown_out(ada):
    socket = await enter(ada)
    for _ in range(limits.MOST_REFUSALS + 1):
        await socket.send_json({"type": "dance"})
    while await socket.receive_json() is not None:
        pass
    assert socket.close_code == 1008
    await socket.disconnect(1008)


async def test_a_busy_consumer_loses_what_does_not_fit(ada, monkeypatch):
    monkeypatch.setattr("lessons.apis.websockets.demo.views.NAP", 0.6)
    socket = await enter(ada)
    assert (await sync_to_async(ada.post)("readings/")).json() == {"sent": 130}
    numbers = [(await hear(socket, "reading"))["number"] for _ in range(100)]
    assert numbers == list(range(1, 101))
    assert await socket.receive_nothing(0.3)
    await socket.disconnect()


def test_the_bucket():
    bucket = limits.Bucket(burst=2, per_second=0.5, now=10)
    assert [bucket.take(10), bucket.take(10), bucket.take(10), bucket.take(11), bucket.take(12)] == [
        0,
        0,
        2,
        1,
        0,
    ]


async def test_numbers_have_no_holes_where_many_speak_at_once(ada, grace):
    first, second = await enter(ada), await enter(grace)
    for number in range(4):
        for socket in (first, second):
            await socket.send_json({"type": "say", "key": str(number), "text": "Both"})
    heard = sorted([(await hear(first, "said"))["message"]["number"] for _ in range(8)])
    assert heard == list(range(5, 13))
    for socket in (first, second):
        await socket.disconnect()
    assert (await look(ada, lambda: Room.objects.get(slug="weather"))).last_number == 12


async def test_a_consumer_that_raises_leaves_no_task_behind(ada, monkeypatch):
    async def fails(*_):
        raise RuntimeError("no")

    socket = await enter(ada)
    monkeypatch.setattr("lessons.apis.websockets.demo.consumers.RoomConsumer.say", fails)
    await socket.send_input({"type": "websocket.receive", "text": json.dumps({"type": "say"})})
    with pytest.raises(RuntimeError):
        await socket.wait(10)
    assert not [task for task in asyncio.all_tasks() if "renew" in str(task.get_coro())]
