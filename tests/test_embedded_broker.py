"""Messages to the embedded worker: who waits for one is woken, and need not look."""

from __future__ import annotations

import threading
import time
from unittest.mock import patch

import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue

from lms import embedded_broker

NAME = "broker-test"


@pytest.fixture
def connection():
    # Nobody looks by themselves as long as a test may take.
    with (
        patch.object(embedded_broker, "LOOK_EVERY", 60.0),
        Connection("memory://", transport="lms.embedded_broker:Transport") as opened,
    ):
        yield opened
        Queue(NAME, channel=opened.default_channel).delete()


def queue() -> Queue:
    return Queue(NAME, Exchange(NAME), routing_key=NAME)


def send(connection: Connection, text: str) -> None:
    """As a web request does: by a channel of its own, from another thread."""
    with connection.channel() as channel:
        Producer(channel).publish(text, exchange=Exchange(NAME), routing_key=NAME, declare=[queue()])


def soon(act) -> threading.Thread:
    def later() -> None:
        time.sleep(0.1)
        act()

    thread = threading.Thread(target=later)
    thread.start()
    return thread


def test_who_waits_is_woken_by_a_message(connection):
    got = []
    with Consumer(connection, [queue()], callbacks=[lambda body, message: (got.append(body), message.ack())]):
        sender = soon(lambda: send(connection, "one"))
        connection.drain_events(timeout=30)
        sender.join()
    assert got == ["one"]


def test_who_has_enough_is_woken_when_one_is_done_with(connection):
    got = []
    with Consumer(connection, [queue()], callbacks=[lambda body, message: got.append(message)]) as consumer:
        consumer.qos(prefetch_count=1)
        send(connection, "one")
        send(connection, "two")
        connection.drain_events(timeout=30)
        assert [message.payload for message in got] == ["one"]
        worker = soon(lambda: got[0].ack())
        connection.drain_events(timeout=30)
        worker.join()
        got[1].ack()
    assert [message.payload for message in got] == ["one", "two"]


def test_what_is_rejected_comes_again(connection):
    got = []
    with Consumer(connection, [queue()], callbacks=[lambda body, message: got.append(message)]) as consumer:
        consumer.qos(prefetch_count=1)
        send(connection, "one")
        connection.drain_events(timeout=30)
        worker = soon(lambda: got[0].reject(requeue=True))
        connection.drain_events(timeout=30)
        worker.join()
        got[1].ack()
    assert [message.payload for message in got] == ["one", "one"]


def test_without_a_message_the_wait_ends(connection):
    with Consumer(connection, [queue()]), pytest.raises(TimeoutError):
        connection.drain_events(timeout=0.05)
