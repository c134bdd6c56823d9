"""Frames between the supervisor and a child: four bytes of length, then strict JSON in UTF-8.

Both sides use the same functions, and neither trusts the other: a frame that is too long, too deep, of too
many parts, not UTF-8, with a key twice, with NaN, an infinite number or a lone surrogate raises WireError.
Never pickle: reading must not be able to run anything.
"""

import json
import math
import os
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, NoReturn

from sandbox.jail.limits import FRAME_BYTES, FRAME_DEPTH, FRAME_PARTS

_HEADER = struct.Struct("!I")
_SLICE = 0.1  # seconds between two looks at whether to stop


class WireError(Exception):
    """What came is not a frame."""


class Closed(Exception):
    """The other side hung up between two frames, or in the middle of one."""


class TimeUp(Exception):
    """The deadline passed."""


class Stopped(Exception):
    """Whoever asked wants no answer any more."""


def encode(message: dict[str, Any]) -> bytes:
    """The frame, header included. Raises WireError where the message has no strict JSON or is too long."""
    try:
        text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, TypeError, RecursionError) as error:
        raise WireError(f"not representable as JSON: {error}") from error
    # What a project prints may hold lone surrogates, which no UTF-8 can carry.
    body = text.encode("utf-8", "replace")
    if len(body) > FRAME_BYTES:
        raise WireError(f"{len(body)} bytes, more than {FRAME_BYTES}")
    return _HEADER.pack(len(body)) + body


def decode(body: bytes, most_parts: int = FRAME_PARTS) -> dict[str, Any]:
    """The object in a frame's body. Raises WireError."""
    try:
        text = body.decode()
        if sum(map(text.count, "[{,")) > most_parts:
            raise WireError("it has too many parts")
        message = json.loads(
            text, parse_float=_finite, parse_constant=_refuse_constant, object_pairs_hook=_unique
        )
        if "\\ud" in text.lower():
            json.dumps(message, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise WireError(f"not strict JSON: {error}") from error
    if not isinstance(message, dict):
        raise WireError("not an object")
    _check_depth(message)
    return message


def _refuse_constant(name: str) -> NoReturn:
    raise WireError(f"{name} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        # 1e999 is JSON to its grammar, and an infinity to Python, which nobody could tell on.
        raise WireError("a number larger than any")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise WireError("a key twice in an object")
    return result


def _check_depth(message: dict[str, Any]) -> None:
    level: list[Any] = [message]
    for _ in range(FRAME_DEPTH):
        inner: list[Any] = []
        for value in level:
            inner.extend(value.values() if isinstance(value, dict) else value)
        level = [value for value in inner if isinstance(value, dict | list)]
        if not level:
            return
    raise WireError(f"nested more than {FRAME_DEPTH} deep")


class Channel:
    """Frames over a connected stream socket, of at most so many parts when received. Owns the socket."""

    most_parts = FRAME_PARTS

    def __init__(self, connection: socket.socket, should_stop: Callable[[], bool] | None = None) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._should_stop = should_stop
        # One for every wait: a grade waits some fifty times.
        self._poll = select.poll()

    def send(self, message: dict[str, Any], deadline: float | None = None) -> None:
        """`deadline` is of time.monotonic(). Raises WireError, Closed, TimeUp, Stopped."""
        rest = memoryview(encode(message))
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
            except OSError as error:
                raise Closed(str(error)) from error

    def receive(self, deadline: float | None = None) -> dict[str, Any]:
        """The next message. Raises WireError, Closed, TimeUp, Stopped."""
        (length,) = _HEADER.unpack(self._exactly(_HEADER.size, deadline))
        if length > FRAME_BYTES:
            raise WireError(f"{length} bytes, more than {FRAME_BYTES}")
        return decode(self._exactly(length, deadline), self.most_parts)

    def receive_descriptors(self, count: int, deadline: float | None = None) -> list[int]:
        """So many descriptors, which come with a single byte between two frames; the caller closes them.

        Raises WireError, Closed, TimeUp, Stopped.
        """
        while True:
            self._check_time(deadline)
            try:
                data, descriptors, _, _ = socket.recv_fds(self._socket, 1, count)
                break
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
            except OSError as error:
                raise Closed(str(error)) from error
        if len(descriptors) == count:
            return descriptors
        for descriptor in descriptors:
            os.close(descriptor)
        if not data:
            raise Closed("the other side hung up")
        raise WireError(f"{len(descriptors)} descriptors instead of {count}")

    def send_descriptors(self, descriptors: list[int]) -> None:
        """What `receive_descriptors` waits for. Raises Closed."""
        try:
            socket.send_fds(self._socket, [b"\0"], descriptors)
        except OSError as error:
            raise Closed(str(error)) from error

    def at_end(self, deadline: float) -> bool:
        """Whether the other side hangs up now, having said nothing more."""
        try:
            return self._read(1, deadline) == b""
        except (TimeUp, Closed):
            return False

    def silent(self) -> bool:
        """Whether nothing waits to be read. That the other side hung up is nothing."""
        try:
            return self._socket.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        self._socket.close()

    def _exactly(self, size: int, deadline: float | None) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._read(min(size - len(parts), 1 << 18), deadline)
            if not part:
                raise Closed("the other side hung up")
            parts += part
        return bytes(parts)

    def _read(self, size: int, deadline: float | None) -> bytes:
        while True:
            # Asked before every read: a sender that never pauses must not outrun the clock.
            self._check_time(deadline)
            try:
                return self._socket.recv(size)
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
            except OSError as error:
                raise Closed(str(error)) from error

    def _check_time(self, deadline: float | None) -> None:
        if deadline is not None and time.monotonic() > deadline:
            raise TimeUp

    def _wait(self, event: int, deadline: float | None) -> None:
        self._poll.register(self._socket, event)
        while True:
            if self._should_stop is not None and self._should_stop():
                raise Stopped
            self._check_time(deadline)
            seconds = _SLICE if self._should_stop is not None else None
            if deadline is not None:
                left = max(0.0, deadline - time.monotonic()) + 0.001
                seconds = left if seconds is None else min(seconds, left)
            if self._poll.poll(None if seconds is None else math.ceil(seconds * 1000)):
                return
