"""Frames, from the point of view of someone who receives hostile ones."""

import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from sandbox.jail.limits import FRAME_BYTES
from sandbox.jail.wire import Channel, Closed, Stopped, TimeUp, WireError, decode, encode

Pair = tuple[Channel, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    yield channel, theirs
    channel.close()
    theirs.close()


def soon() -> float:
    return time.monotonic() + 5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1",
        b"null",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": [-1E400]}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": 1}x',
        b'{"a": 1',
        b"\xff\xfe",
        b'{"a": "\\ud800"}',
        b'{"\\uDFFF": 1}',
        b'{"a": ' + b"[" * 49 + b"]" * 49 + b"}",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": [' + b"[]," * 1_100_000 + b"[]]}",
        b"{'a': 1}",
        b"\x80\x04}\x94.",
    ],
)
def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        decode(body)


def test_what_is_sent_arrives(pair: Pair) -> None:
    channel, theirs = pair
    message = {"text": "späť \U0001f600 \x00", "list": [1, None, True, {"x": 1.5}]}
    theirs.sendall(encode(message))
    assert channel.receive(soon()) == message


def test_surrogates_and_too_much_do_not_leave() -> None:
    assert decode(encode({"a": "\ud800"})[4:]) == {"a": "?"}
    for unfit in ({"a": float("nan")}, {"a": {1, 2}}, {"a": "x" * FRAME_BYTES}):
        with pytest.raises(WireError):
            encode(unfit)


def test_a_length_beyond_the_limit_is_refused_before_reading(pair: Pair) -> None:
    channel, theirs = pair
    theirs.sendall((FRAME_BYTES + 1).to_bytes(4, "big"))
    with pytest.raises(WireError, match="more than"):
        channel.receive(soon())


def test_a_frame_cut_off_half_way(pair: Pair) -> None:
    channel, theirs = pair
    theirs.sendall(encode({"a": 1})[:-1])
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(Closed):
        channel.receive(soon())


def test_a_sender_that_dribbles_does_not_outrun_the_clock(pair: Pair) -> None:
    channel, theirs = pair
    done = threading.Event()

    def dribble() -> None:
        theirs.sendall((1000).to_bytes(4, "big"))
        while not done.wait(0.01):
            theirs.sendall(b" ")

    thread = threading.Thread(target=dribble)
    thread.start()
    with pytest.raises(TimeUp):
        channel.receive(time.monotonic() + 0.3)
    done.set()
    thread.join()


def test_a_receiver_that_does_not_read_does_not_block_the_sender(pair: Pair) -> None:
    channel, _ = pair
    with pytest.raises(TimeUp):
        channel.send({"a": "x" * 2_000_000}, time.monotonic() + 0.2)


def test_descriptors_travel_between_two_frames(pair: Pair) -> None:
    channel, theirs = pair
    other = Channel(theirs.dup())
    reading, writing = os.pipe()
    other.send({"a": 1})
    other.send_descriptors([reading])
    other.send({"a": 2})
    assert channel.receive(soon()) == {"a": 1}
    [came] = channel.receive_descriptors(1, soon())
    assert os.fstat(came).st_ino == os.fstat(reading).st_ino
    assert channel.receive(soon()) == {"a": 2}
    for descriptor in (came, reading, writing):
        os.close(descriptor)
    other.close()


def test_descriptors_that_do_not_come(pair: Pair) -> None:
    channel, theirs = pair
    with pytest.raises(TimeUp):
        channel.receive_descriptors(1, time.monotonic() + 0.1)
    theirs.sendall(b"x")
    with pytest.raises(WireError, match="0 descriptors instead of 1"):
        channel.receive_descriptors(1, soon())
    socket.send_fds(theirs, [b"x"], [0])
    with pytest.raises(WireError, match="1 descriptors instead of 2"):
        channel.receive_descriptors(2, soon())
    theirs.close()
    with pytest.raises(Closed):
        channel.receive_descriptors(1, soon())


def test_asking_to_stop_is_heard_while_waiting() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(ours, should_stop=lambda: True)
    with theirs, pytest.raises(Stopped):
        channel.receive(soon())
    channel.close()


def test_the_end_is_told_from_more_to_come(pair: Pair) -> None:
    channel, theirs = pair
    assert not channel.at_end(time.monotonic() + 0.05)
    theirs.sendall(b"x")
    assert not channel.at_end(soon())
    theirs.close()
    assert channel.at_end(soon())


def test_silence_is_no_word_and_hanging_up_is_none(pair: Pair) -> None:
    channel, theirs = pair
    assert channel.silent()
    theirs.sendall(b"x")
    assert not channel.silent()
    assert channel._read(1, soon()) == b"x"
    theirs.close()
    assert channel.silent()
