"""WebSockets of demos: `demo/routing.py` with `websocket_urlpatterns`, below the lesson's prefix."""

import importlib
from collections.abc import Iterable
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.urls import path, re_path

from sandbox.demos import places
from sandbox.demos.discovery import Demo
from sandbox.demos.visits import persona_prefix, read_cookies, visit_of

NOT_HERE = 4404
NO_VISITOR = 4401


class Refuse(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.close(NOT_HERE)


class WorldOfSocket:
    """Sets the visitor's world for the consumer, and makes the persona's prefix the root path, like the
    middleware.

    The scope gets `visitor`, `lesson` and `persona`. A visitor is known from a page; a socket alone gets
    none.
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
        }
        world.touch()
        with places.at(world):
            await self.app(inner, receive, send)


def websocket_router(demos: Iterable[Demo]) -> Any:
    routes = []
    for demo in demos:
        if (demo.folder / "demo" / "routing.py").is_file():
            patterns = importlib.import_module(f"{demo.module}.routing").websocket_urlpatterns
            routes.append(path(demo.prefix.lstrip("/"), URLRouter(patterns)))
    return AuthMiddlewareStack(URLRouter([*routes, re_path(r"", Refuse.as_asgi())]))
