"""A WebSocket as a recorder sees it: one trace for a connection, with its frames, queries, tasks and mail.

recording = SocketRecording(scope, own=own)
await recording.run(application, receive, send)     # instead of application(scope, receive, send)
trace = recording.trace()                           # at any time, before the end too
"""

import io
import time
import uuid
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from asgiref.sync import sync_to_async
from channels.consumer import AsyncConsumer
from django.core.handlers.asgi import ASGIRequest

from sandbox.xray.bounds import MAX_ENTRIES, clip
from sandbox.xray.recorder import Recorder, Trace
from sandbox.xray.sources import OwnFiles, current_source

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

MAX_FRAMES = 200_000  # characters of a connection's frames

_recording: ContextVar["SocketRecording | None"] = ContextVar("xray_socket", default=None)

_KINDS = {
    "websocket.connect": "connect",
    "websocket.disconnect": "disconnect",
    "websocket.accept": "accept",
    "websocket.close": "close",
}


class SocketRecording:
    """The X-ray of one connection, from its handshake to its end."""

    def __init__(
        self,
        scope: dict[str, Any],
        *,
        own: OwnFiles,
        hide_cookies: frozenset[str] = frozenset(),
        on_frame: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_frame` is called on the connection's loop after each frame."""
        self.scope = scope
        self.accepted = False
        self._on_frame = on_frame
        self._kept = 0  # characters in the frames that are kept
        self._recorder = Recorder(own=own, hide_cookies=hide_cookies)
        self._id = uuid.uuid4().hex
        self._began = time.perf_counter()
        self._view: str | None = None

    async def run(self, application: Application, receive: Receive, send: Send) -> None:
        """Let the application serve the connection. What it raises goes through."""

        async def heard() -> Message:
            message = await receive()
            self._note("in", message)
            return message

        async def told(message: Message) -> None:
            if message["type"] == "websocket.accept":
                self.accepted = True
            self._note("out", message)
            await send(message)

        request = ASGIRequest({**self.scope, "method": "WEBSOCKET"}, io.BytesIO())
        token = _recording.set(self)
        try:
            with self._recorder:
                await sync_to_async(self._recorder.begin)(request)
                await application(self.scope, heard, told)
        finally:
            _recording.reset(token)

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to tell: a browser may leave before the session was looked at."""
        return self._recorder.visit is not None

    def note_consumer(self, consumer: Any) -> None:
        """Which consumer answers."""
        kind = type(consumer)
        self._view = f"{kind.__module__}.{kind.__qualname__}"

    def trace(self) -> Trace:
        """As it is now; always under the same id. Asks the database who the session belongs to."""
        trace = self._recorder.end(None)
        # As it is now: the recorder's own lists go on growing.
        trace |= {name: list(entries) for name, entries in self._recorder.lists.items()}
        trace |= {"id": self._id, "ms": self._elapsed(), "view": self._view}
        # A consumer that is stopped while it waits is how a connection ends.
        trace.pop("aborted", None)
        trace["response"] = {
            "status": 101 if self.accepted else 403,
            "headers": [],
            "type": "websocket",
            "size": None,
        }
        return trace

    def _note(self, direction: str, message: Message) -> None:
        kind, data = _KINDS.get(message["type"]), None
        if kind is None:
            text = message.get("text")
            kind, data = ("text", clip(text)) if text is not None else ("bytes", _bytes(message.get("bytes")))
        self._keep(
            {
                "direction": direction,
                "kind": kind,
                "data": data,
                "code": _code(kind, message),
                "at": self._elapsed(),
                "source": current_source(self._recorder.own) if direction == "out" else None,
            }
        )
        self._on_frame()

    def _keep(self, frame: dict[str, Any]) -> None:
        """The newest, because a connection may live for hours: the oldest make room for them."""
        frames, dropped = self._recorder.lists["frames"], self._recorder.dropped
        frames.append(frame)
        self._kept += len(frame["data"] or "")
        while len(frames) > MAX_ENTRIES or (self._kept > MAX_FRAMES and len(frames) > 1):
            self._kept -= len(frames.pop(0)["data"] or "")
            dropped["frames"] = dropped.get("frames", 0) + 1

    def _elapsed(self) -> float:
        return round((time.perf_counter() - self._began) * 1000, 2)


def install() -> None:
    """Let Channels' consumers say who they are. Idempotent."""
    original = AsyncConsumer.__call__
    if getattr(original, "xray", False):
        return

    async def call(self: AsyncConsumer, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        recording = _recording.get()
        if recording is not None:
            recording.note_consumer(self)
        await original(self, scope, receive, send)

    call.xray = True  # type: ignore[attr-defined]
    AsyncConsumer.__call__ = call


def _code(kind: str, message: Message) -> int | None:
    if kind == "close":
        # What ASGI means where an application names none.
        return int(message.get("code") or 1000)
    return int(message.get("code") or 1005) if kind == "disconnect" else None


def _bytes(data: bytes | None) -> str:
    return clip(bytes(data or b"").hex(" "))
