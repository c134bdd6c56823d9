"""WebSockets of the booted project: its ASGI application on an event loop that runs while somebody asks.

Between two questions the loop stands still, so nothing happens behind an examiner's back: a question returns
when the project has nothing left to do but wait.
"""

import asyncio
import importlib.util
import time
from concurrent.futures import Executor
from typing import Any
from urllib.parse import unquote

from asgiref.sync import SyncToAsync
from channels.auth import AuthMiddlewareStack
from channels.layers import InMemoryChannelLayer, channel_layers
from channels.routing import URLRouter
from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from sandbox.jail.harness.errors import Own, describe
from sandbox.xray.sockets import Application, Message, SocketRecording

_MOST_OPEN = 20
_MOST_WAITING = 1000  # frames that the project sent and nobody received
_LONGEST = 30.0  # seconds for one question
_SETTLE = 5.0  # seconds for the project to become quiet
_QUIET_TURNS = 3
_GOODBYE = 2.0  # seconds for a consumer's disconnect()
_WITH_TRACE = ("connect", "close", "trace")


class NoWebSockets(Exception):
    """The project has no ASGI application."""


class TooManySockets(Exception):
    """More than any exercise needs."""


class NoSuchSocket(Exception):
    """It was closed, or belongs to an earlier check."""


class _Loop(asyncio.SelectorEventLoop):
    """Knows whether there is anything to do but wait for a timer or a frame."""

    def __init__(self) -> None:
        super().__init__()
        self._in_threads = 0

    def run_in_executor(self, executor: Executor | None, func: Any, *args: Any) -> Any:  # type: ignore[override]
        self._in_threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._back_from_thread)
        return future

    def _back_from_thread(self, _: Any) -> None:
        self._in_threads -= 1

    async def settle(self) -> None:
        deadline, quiet = time.monotonic() + _SETTLE, 0
        while quiet < _QUIET_TURNS and time.monotonic() < deadline:
            if self._in_threads:
                quiet = 0
                await asyncio.sleep(0.0005)
                continue
            await asyncio.sleep(0)
            # CPython's own list of what is to be run next; this task is not in it while it runs.
            quiet = 0 if self._ready or self._in_threads else quiet + 1  # type: ignore[attr-defined]


class _Socket:
    def __init__(self, scope: dict[str, Any], own: Own) -> None:
        self.recording = SocketRecording(scope, own=own)
        self.to_project: asyncio.Queue[Message] = asyncio.Queue()
        self.from_project: asyncio.Queue[Message] = asyncio.Queue(_MOST_WAITING)
        self.task: asyncio.Task[None] | None = None
        self.closed: dict[str, Any] | None = None

    def start(self, application: Application) -> None:
        self.task = asyncio.create_task(self._serve(application))

    async def _serve(self, application: Application) -> None:
        await self.recording.run(application, self.to_project.get, self.from_project.put)

    async def next(self, timeout: float) -> Message | None:
        """What the project sends next, or None. Raises what its code raised."""
        if self.task is None:
            raise NoSuchSocket("this socket was never opened")
        getting = asyncio.ensure_future(self.from_project.get())
        await asyncio.wait({getting, self.task}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if getting.done():
            return getting.result()
        getting.cancel()
        if self.task.done():
            self.task.result()
            if self.closed is None:
                # The application returned without a word: a server closes the connection then.
                self.closed = {"code": 1006, "reason": ""}
        return None


class Sockets:
    """Answers the operations of `{"op": "socket"}`, which name an `action`."""

    def __init__(self, own: Own) -> None:
        self._own = own
        self._loop: _Loop | None = None
        self._open: dict[int, _Socket] = {}
        self._count = 0
        self._application: Application | None = None

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """Gives `{"value": …}`; `connect`, `close` and `trace` give the connection's `trace` too."""
        actions = {
            "connect": self._connect,
            "send": self._send,
            "receive": self._receive,
            "close": self._close,
            "trace": self._trace,
        }
        return self._run(actions[message["action"]](message), message)

    def settle(self) -> None:
        """Lets consumers do what a request, or a question, gave them to do."""
        if self._loop is not None and self._open:
            self._loop.run_until_complete(self._loop.settle())

    def reset(self) -> None:
        """Ends every connection, as when a server stops, and forgets the channel layers' groups."""
        for layer in channel_layers.backends.values():
            layer.channels, layer.groups = {}, {}
        if self._loop is None:
            return
        sockets, self._open = list(self._open.values()), {}
        self._loop.run_until_complete(_end_all(sockets))
        executor = SyncToAsync.single_thread_executor
        # Sync consumers and database_sync_to_async run in a thread with a connection of its own.
        executor.submit(connections.close_all).result(_SETTLE)

    def _run(self, action: Any, message: dict[str, Any]) -> dict[str, Any]:
        if self._loop is None:
            self._loop = _Loop()
        try:
            answer: dict[str, Any] = self._loop.run_until_complete(action)
        except BaseException as error:  # noqa: BLE001 - whatever the learner's consumer raises is an answer
            answer = {"exception": describe(error, self._own)}
        number = self._count if message["action"] == "connect" else message["socket"]
        socket = self._open.get(number)
        if socket is not None and (message["action"] in _WITH_TRACE or "exception" in answer):
            answer["trace"] = socket.recording.trace()
        if message["action"] == "close":
            self._open.pop(number, None)
        return answer

    async def _connect(self, message: dict[str, Any]) -> dict[str, Any]:
        if len(self._open) >= _MOST_OPEN:
            raise TooManySockets(f"{_MOST_OPEN} WebSockets are open already")
        self._application = self._application or find_application()
        socket = _Socket(_scope(message), self._own)
        self._count += 1
        number = self._count
        self._open[number] = socket
        socket.to_project.put_nowait({"type": "websocket.connect"})
        socket.start(self._application)
        first = await socket.next(_timeout(message))
        await self._settled()
        value: dict[str, Any] = {"socket": number, "accepted": False, "subprotocol": None, "code": None}
        if first is not None and first["type"] == "websocket.accept":
            value |= {"accepted": True, "subprotocol": first.get("subprotocol")}
        elif first is not None or socket.closed is not None:
            # Before it is accepted, a close is an answer of 403.
            value["code"] = 403
        return {"value": value}

    async def _send(self, message: dict[str, Any]) -> dict[str, Any]:
        socket = self._find(message)
        frame: Message = {"type": "websocket.receive"}
        if "text" in message:
            frame["text"] = message["text"]
        else:
            frame["bytes"] = bytes.fromhex(message["bytes"])
        socket.to_project.put_nowait(frame)
        await self._settled()
        _raise_if_failed(socket)
        return {"value": None}

    async def _receive(self, message: dict[str, Any]) -> dict[str, Any]:
        """`{"text"}`, `{"bytes"}` (hexadecimal), `{"code", "reason"}` when closed, or None in time."""
        socket = self._find(message)
        if socket.closed is not None:
            return {"value": socket.closed}
        frame = await socket.next(_timeout(message))
        if frame is None:
            return {"value": socket.closed}
        if frame["type"] == "websocket.close":
            socket.closed = {"code": int(frame.get("code") or 1000), "reason": str(frame.get("reason") or "")}
            return {"value": socket.closed}
        if frame.get("text") is not None:
            return {"value": {"text": str(frame["text"])}}
        return {"value": {"bytes": bytes(frame.get("bytes") or b"").hex()}}

    async def _close(self, message: dict[str, Any]) -> dict[str, Any]:
        socket = self._find(message)
        if socket.task is not None and not socket.task.done():
            socket.to_project.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
            await asyncio.wait({socket.task}, timeout=_GOODBYE)
            await self._settled()
        _raise_if_failed(socket)
        await _end_all([socket])
        return {"value": None}

    async def _trace(self, message: dict[str, Any]) -> dict[str, Any]:
        self._find(message)
        return {"value": None}

    async def _settled(self) -> None:
        if self._loop is not None:
            await self._loop.settle()

    def _find(self, message: dict[str, Any]) -> _Socket:
        found = self._open.get(message["socket"])
        if found is None:
            raise NoSuchSocket("this WebSocket is not open any more")
        return found


def find_application() -> Application:
    """The project's own: its ASGI_APPLICATION, asgi.application, or routing.websocket_urlpatterns."""
    named = getattr(settings, "ASGI_APPLICATION", None)
    if named:
        return import_string(named)
    if importlib.util.find_spec("asgi") is not None:
        return import_string("asgi.application")
    if importlib.util.find_spec("routing") is not None:
        patterns = importlib.import_module("routing").websocket_urlpatterns
        return AuthMiddlewareStack(URLRouter(patterns))
    raise NoWebSockets(
        "there is no ASGI application: no ASGI_APPLICATION in settings.py, no asgi.py and no routing.py"
    )


def use_layers_in_memory() -> None:
    """Whatever settings.py names (Redis, say): in the jail there is one process and no network."""

    def make_backend(name: str) -> InMemoryChannelLayer:
        if name not in channel_layers.configs:
            raise KeyError(name)
        return InMemoryChannelLayer()

    channel_layers.make_backend = make_backend


def _timeout(message: dict[str, Any]) -> float:
    return min(max(float(message["timeout"]), 0.0), _LONGEST)


def _raise_if_failed(socket: _Socket) -> None:
    if socket.task is not None and socket.task.done() and not socket.task.cancelled():
        socket.task.result()


def _scope(message: dict[str, Any]) -> dict[str, Any]:
    path, _, query = message["path"].partition("?")
    headers = [("host", message["host"]), *((name, value) for name, value in message["headers"])]
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "wss" if message["secure"] else "ws",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": ["127.0.0.1", 0],
        "server": (message["host"], 443 if message["secure"] else 80),
        "subprotocols": list(message["subprotocols"]),
        "extensions": {},
    }


async def _end_all(sockets: list[_Socket]) -> None:
    tasks = [socket.task for socket in sockets if socket.task is not None]
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_GOODBYE)
    for task in tasks:
        if task.done() and not task.cancelled():
            task.exception()  # Looked at, so that asyncio does not complain of it later.
