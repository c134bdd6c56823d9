"""WebSockets of demos: `demo/routing.py` with `websocket_urlpatterns`, below the lesson's prefix."""

import asyncio
import functools
import importlib
from collections.abc import Iterable, Mapping
from typing import Any

from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.urls import path, re_path

from sandbox.demos import places, witness
from sandbox.demos.conf import conf
from sandbox.demos.discovery import Demo
from sandbox.demos.visits import persona_prefix, read_cookies, visit_of, visitor_cookie
from sandbox.demos.workbench import Workbench
from sandbox.demos.worlds import World
from sandbox.xray.recorder import own_files_in
from sandbox.xray.sockets import SocketRecording

NOT_HERE = 4404
NO_VISITOR = 4401
HANDSHAKE_SECONDS = 10
PAUSE = 0.2  # seconds between two tellings of a connection


class Refuse(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.close(NOT_HERE)


class WorldOfSocket:
    """Sets the visitor's world for the consumer, and makes the persona's prefix the root path, like the
    middleware.

    The scope gets `visitor`, `lesson`, `persona` and `demos_jail` (a Workbench). A visitor is known from a
    page; a socket alone gets none.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        header = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
        cookies = read_cookies(header)
        visit = visit_of(scope["path"], cookies)
        world = visit.world
        if visit.is_new or world is None or visit.on_stage:
            await receive()
            await send({"type": "websocket.close", "code": NO_VISITOR if visit.is_new else NOT_HERE})
            return
        prefix = persona_prefix(visit.persona)
        others = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items()).encode("latin-1", "replace")
        inner = {
            **scope,
            "root_path": prefix,
            "headers": [*others, (b"cookie", cookie)],
            "visitor": visit.visitor,
            "lesson": world.demo.slug,
            "persona": visit.persona,
            "demos_jail": Workbench(),
        }
        world.touch()
        with places.at(world):
            await Watched(world, visit.persona, inner).run(self.app, receive, send)


class Watched:
    """Shows a connection in the X-ray while it is open: its trace is sent again as frames come."""

    def __init__(self, world: World, persona: int, scope: dict[str, Any]) -> None:
        self.world = world
        self.persona = persona
        self._began_in = world.identity
        self._telling: asyncio.Task[None] | None = None
        self._recording = SocketRecording(
            scope,
            own=own_files_in(world.demo.folder),
            hide_cookies=frozenset({conf.VISITOR_COOKIE_NAME}),
            on_frame=self._soon,
        )

    async def run(self, app: Any, receive: Any, send: Any) -> None:
        try:
            await self._recording.run(app, receive, send)
        finally:
            if self._telling is not None:
                self._telling.cancel()
                # Not merely cancelled: what it does in a thread has to be over before the last word.
                await asyncio.wait([self._telling])
            await database_sync_to_async(self._tell)()

    def _soon(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_after_a_moment())

    async def _tell_after_a_moment(self) -> None:
        # A chat room sends faster than anybody reads.
        await asyncio.sleep(PAUSE)
        await database_sync_to_async(self._tell)()

    def _tell(self) -> None:
        # After a reset, what was before it is forgotten; the page that opened this socket is loaded again.
        if self._recording.has_begun and self.world.identity == self._began_in:
            witness.saw(self.world, {**self._recording.trace(), "persona": self.persona})


@functools.cache
def has_sockets(demo: Demo) -> bool:
    return (demo.folder / "demo" / "routing.py").is_file()


def websocket_router(demos: Iterable[Demo]) -> Any:
    routes = []
    for demo in demos:
        if has_sockets(demo):
            patterns = importlib.import_module(f"{demo.module}.routing").websocket_urlpatterns
            routes.append(path(demo.prefix.lstrip("/"), URLRouter(patterns)))
    return AuthMiddlewareStack(URLRouter([*routes, re_path(r"", Refuse.as_asgi())]))


@functools.cache
def demos_application() -> Any:
    """All demos' WebSockets, in the worlds of those who open them. Without the site's own Origin check."""
    return WorldOfSocket(websocket_router(conf.DEMOS))


class Handshake:
    """`request.META["DEMOS_HANDSHAKE"]`: a handshake that no page can make, made by the server as by curl.

    A browser chooses the Origin header, and always sends its cookies. The connection has a trace of its own,
    and is closed at once where it was accepted.
    """

    def __init__(self, visitor: str) -> None:
        self.visitor = visitor

    def __call__(self, path: str, headers: Mapping[str, str]) -> int:
        """The status that a client is answered: 101 or 403. The visitor's own cookie is added."""
        status: int = async_to_sync(self._shake)(path, headers)
        return status

    async def _shake(self, path: str, headers: Mapping[str, str]) -> int:
        sent = {name.lower(): value for name, value in headers.items()}
        own = f"{conf.VISITOR_COOKIE_NAME}={visitor_cookie(self.visitor)}"
        sent["cookie"] = "; ".join(part for part in (sent.get("cookie"), own) if part)
        client = ApplicationCommunicator(demos_application(), handshake_scope(path, sent))
        await client.send_input({"type": "websocket.connect"})
        answer = await client.receive_output(HANDSHAKE_SECONDS)
        accepted = bool(answer["type"] == "websocket.accept")
        await client.send_input({"type": "websocket.disconnect", "code": 1000})
        await client.wait(HANDSHAKE_SECONDS)
        return 101 if accepted else 403


def handshake_scope(path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """ASGI's scope of a client's handshake."""
    path, _, query = path.partition("?")
    return {
        "type": "websocket",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()],
        "subprotocols": [],
    }
