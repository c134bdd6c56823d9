"""The wire formats, from both ends, by the hundred: malformed, cut, huge, slow, out of order.

The zygote's socket and a child's line are those of a real jail. See test_fuzz_supervisor.py as well.
"""

import contextlib
import json
import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.jail import Jail, Limits, control
from sandbox.jail.harness import orders
from sandbox.jail.limits import FRAME_BYTES
from sandbox.jail.tests.conftest import Still
from sandbox.jail.tests.fuzzing import few, objects
from sandbox.jail.wire import Channel, Closed, WireError, decode, encode

# --- Frames --------------------------------------------------------------------------------------------


@few(80)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
def test_bytes_are_an_object_or_refused(body: bytes) -> None:
    try:
        message = decode(body)
    except WireError:
        return
    assert message == json.loads(body)


@few(80)
@given(objects, st.data())
def test_an_object_with_a_few_bytes_changed_is_an_object_or_refused(
    message: dict[str, Any], data: st.DataObject
) -> None:
    body = bytearray(encode(message)[4:])
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):
        assert isinstance(decode(bytes(body)), dict)


@few(40)
@given(st.lists(objects, min_size=1, max_size=4), st.data())
def test_what_is_sent_arrives_however_it_is_cut_on_the_way(
    messages: list[dict[str, Any]], data: st.DataObject
) -> None:
    stream = b"".join(encode(message) for message in messages)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=6).map(sorted))
    end = data.draw(st.integers(0, len(stream)))
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    with theirs:
        for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True):
            theirs.sendall(stream[start : min(stop, end)] if start < end else b"")
    came = []
    with pytest.raises(Closed):
        while True:
            came.append(channel.receive(time.monotonic() + 5))
    channel.close()
    assert came == messages[: len(came)]
    assert len(came) == len(messages) or end < len(stream)


# --- The zygote's socket, and the line of a child ------------------------------------------------------

ORDER = control.pack_order(Limits(wall=5))
ordered = st.one_of(
    st.just(ORDER),
    st.binary(max_size=40),
    st.integers(0, len(ORDER)).map(lambda size: ORDER[:size]),
    st.binary(min_size=1, max_size=30).map(lambda more: ORDER + more),
    st.binary(min_size=12, max_size=12).map(lambda rest: ORDER[:4] + rest),
    st.integers(1, 300_000).map(lambda size: ORDER * (size // len(ORDER))),
)
descriptors = st.lists(st.sampled_from(["null", "pipe", "line", "itself"]), max_size=4)


@contextlib.contextmanager
def opened(kinds: list[str], connection: socket.socket) -> Iterator[tuple[list[int], socket.socket]]:
    """Descriptors of these kinds, and our end of the last line among them."""
    with contextlib.ExitStack() as stack:
        ours, theirs = socket.socketpair()
        stack.enter_context(ours)
        stack.enter_context(theirs)
        found = []
        for kind in kinds:
            if kind == "line":
                found.append(theirs.fileno())
            elif kind == "itself":
                found.append(connection.fileno())
            else:
                made = os.pipe() if kind == "pipe" else (os.open(os.devnull, os.O_RDWR),)
                for descriptor in made:
                    stack.callback(os.close, descriptor)
                found.append(made[0])
        yield found, ours


def connected(jail: Jail) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(5)
    connection.connect(str(jail.socket_path))
    return connection


@pytest.fixture(scope="module")
def settled(jail: Jail) -> Iterator[None]:
    """Afterwards the zygote is the same process, and has kept nothing."""
    zygote = jail.zygote()
    if zygote is None:
        raise AssertionError("the zygote has to be seen from here")

    def held() -> int:
        return len(list(Path(f"/proc/{zygote}/fd").iterdir()))

    # What it keeps for projects like this one, it keeps already.
    Still(jail).works()
    # Those that wait are forked again when nobody works any more.
    before, deadline = 0, time.monotonic() + 2
    while time.monotonic() < deadline:
        before = max(before, held())
        time.sleep(0.05)
    yield
    deadline = time.monotonic() + 10
    while held() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert held() <= before
    assert jail.zygote() == zygote
    Still(jail).works()


def says(connection: socket.socket, data: bytes, more: list[int]) -> None:
    # It may hang up in the middle of it, and is right to.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        if more:
            socket.send_fds(connection, [data or b"\0"], more)
        else:
            connection.sendall(data)


@few(40)
@given(
    order=ordered,
    kinds=descriptors,
    then=st.binary(max_size=50),
    pause=st.sampled_from([0, 0, 0.01]),
)
def test_whatever_is_ordered(
    jail: Jail, settled: None, order: bytes, kinds: list[str], then: bytes, pause: float
) -> None:
    with connected(jail) as connection, opened(kinds, connection) as (given_away, line):
        says(connection, order, given_away)
        time.sleep(pause)
        says(connection, then, [])
        line.close()
    with jail.child(Limits(wall=5)):
        pass


def job(**message: Any) -> bytes:
    return encode(message)


JOBS = [
    job(op="boot", files={}, apps=[], urls="urls", seed="", output_limit=1000),
    job(op="examine", source="raise SystemExit"),
    job(op="canary"),
    job(op="tool", tool="hadolint", files={}),
    job(op="bye"),
    job(op="go"),
    job(op="reset", id=1),
    job(op="request", id=2),
]
frames = st.one_of(
    st.sampled_from(JOBS),
    objects.map(encode),
    objects.map(lambda message: encode({**message, "op": "boot"})),
    st.sampled_from(JOBS).flatmap(lambda whole: st.integers(0, len(whole)).map(lambda size: whole[:size])),
    st.binary(max_size=60),
    st.integers(0, 2**32 - 1).map(lambda length: length.to_bytes(4, "big") + b"{}"),
    st.just((FRAME_BYTES).to_bytes(4, "big") + b" " * 100_000),
)


@few(30)
@given(parts=st.lists(frames, min_size=1, max_size=4), slowly=st.booleans())
def test_whatever_a_child_is_told_to_do(jail: Jail, settled: None, parts: list[bytes], slowly: bool) -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    with connected(jail) as connection, ours:
        with theirs:
            socket.send_fds(connection, [ORDER], [theirs.fileno()])
        assert b"ready" in ours.recv(1000)
        for part in parts:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                ours.sendall(part)
            time.sleep(0.003 if slowly else 0)
        ours.shutdown(socket.SHUT_WR)
        while True:
            with contextlib.suppress(ConnectionResetError):
                if ours.recv(1 << 16):
                    continue
            break
        ended = control.unpack_ended(connection.recv(control.ENDED_BYTES))
        # It ended by itself, for there was nothing more to hear.
        assert ended is not None and not ended.busy
        assert os.WIFEXITED(ended.status)


# --- What a child that waits hears -----------------------------------------------------------------------

START = control.pack_start(Limits(), 64, control.Template.USED)
words = st.one_of(
    st.just(control.COPY),
    st.just(START),
    st.integers(0, len(START)).map(lambda size: START[:size]),
    st.binary(max_size=20),
    st.binary(min_size=len(START) - 1, max_size=len(START) - 1).map(lambda rest: START[:1] + rest),
)


@few(150)
@given(
    said=st.lists(st.tuples(words, st.booleans()), max_size=5),
)
def test_whatever_a_child_that_waits_is_told(said: list[tuple[bytes, bool]]) -> None:
    """It begins with a whole START that has a line with it, or not at all; it never waits for ever."""
    ours, theirs = socket.socketpair()
    line, far_line = socket.socketpair()
    before = set(os.listdir("/proc/self/fd"))
    descriptor = os.dup(theirs.fileno())
    with ours, line, far_line:
        for part, with_line in said:
            if part:
                socket.send_fds(ours, [part], [far_line.fileno()] if with_line else [])
        theirs.close()
        ours.shutdown(socket.SHUT_WR)
        stream = b"".join(part for part, _ in said).lstrip(control.COPY)
        try:
            start = orders.start(descriptor, ())
        except (struct.error, ValueError):
            start = None
        if start is not None:
            assert start == control.unpack_start(stream[: len(START)])
            os.write(descriptor, b"it is the line")
            assert line.recv(100) == b"it is the line"
            os.close(descriptor)
            # The zygote's line and what came beside are gone.
            assert set(os.listdir("/proc/self/fd")) <= before


def test_a_child_that_waits_can_be_told() -> None:
    """Else the test above could not fail."""
    for copies in (0, 1, 3):
        ours, theirs = socket.socketpair()
        line, far_line = socket.socketpair()
        with ours, line, far_line:
            ours.send(control.COPY * copies)
            socket.send_fds(ours, [START], [far_line.fileno()])
            descriptor = theirs.detach()
            assert orders.start(descriptor, ()).template == control.Template.USED
            os.close(descriptor)
