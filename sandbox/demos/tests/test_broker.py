"""The broker in files: whole messages, in their order, each for one who asks."""

import json
import multiprocessing
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from sandbox.demos import broker

COUNT = 150


def channel_in(folder: Path):
    for name in ("queue", "control"):
        (folder / name).mkdir(exist_ok=True)
    options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
    }
    return Connection("filesystem://localhost", transport_options=options).default_channel


@pytest.fixture
def channel(tmp_path):
    broker.install()
    return channel_in(tmp_path)


def send(folder: Path) -> None:
    broker.install()
    channel = channel_in(folder)
    for number in range(COUNT):
        channel._put("lab", {"body": "x" * 5_000, "number": number})


def test_messages_come_in_their_order_and_once(channel, tmp_path):
    for number in range(3):
        channel._put("lab", {"number": number})
    channel._put("other", {"number": 9})

    assert [channel._get("lab")["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("lab")
    assert channel._size("other") == 1
    assert len(list((tmp_path / "queue").iterdir())) == 1


def test_a_message_that_is_being_written_is_not_fetched_and_none_is_lost(channel, tmp_path):
    writers = [multiprocessing.get_context("spawn").Process(target=send, args=(tmp_path,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    got: list[int] = []
    while len(got) < 2 * COUNT:
        try:
            got.append(channel._get("lab")["number"])
        except Empty:
            assert any(writer.is_alive() for writer in writers) or channel._size("lab"), len(got)
    for writer in writers:
        writer.join()

    assert sorted(got) == sorted([*range(COUNT), *range(COUNT)])


def test_queues_of_a_broadcast_are_all_told(channel):
    for queue in ("one", "two"):
        channel._queue_bind("everybody", "", "", queue)
    channel._put_fanout("everybody", {"stop": 1}, "")

    assert [channel._get(queue) for queue in ("one", "two")] == [{"stop": 1}] * 2
    assert json.dumps(channel.get_table("nobody")) == "[]"
