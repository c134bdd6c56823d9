"""Requests to the booted project.

Through Django's real handlers, with all of its middleware, recorded by X-ray.
"""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test.client import AsyncClientHandler, ClientHandler, FakePayload, RequestFactory
from django.urls import Resolver404, resolve

from sandbox.jail.harness.errors import Own, clip, describe
from sandbox.jail.harness.files import file_response
from sandbox.jail.harness.streams import Body, aread, bounds, read
from sandbox.jail.harness.waits import counted
from sandbox.xray.recorder import Trace, aobserve, observe

# Query plans are taken while the project runs: afterwards its database is gone.
_PLANS = 20


class _SyncHandler(ClientHandler):
    def __init__(self, own: Own, sink: Callable[[Trace], None], *, csrf: bool) -> None:
        super().__init__(enforce_csrf_checks=csrf)
        self._own, self._sink = own, sink

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        return observe(request, self._answer, own=self._own, sink=self._sink, plans=_PLANS)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        return file_response(request) or super().get_response(request)


class _AsyncHandler(AsyncClientHandler):
    def __init__(self, own: Own, sink: Callable[[Trace], None], *, csrf: bool) -> None:
        super().__init__(enforce_csrf_checks=csrf)
        self._own, self._sink = own, sink

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        handle = super().get_response_async
        return await aobserve(request, handle, own=self._own, sink=self._sink, plans=_PLANS)


class Answering:
    """Answers requests. Handlers are made once: middleware is one instance for all, as on a server."""

    def __init__(self, own: Own) -> None:
        self._own = own
        self._trace: Trace | None = None
        self._handlers: dict[tuple[str, bool], Any] = {}
        self._errors: list[BaseException] = []

    def note_exception(self, error: BaseException | None) -> None:
        """For the signal that Django sends with what a view raised."""
        if error is not None:
            self._errors.append(error)

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """`message`: method, path, headers, body (base64), csrf, secure, host; `stream` bounds a stream.

        Gives status, headers, body, parts, cut, trace, exception.
        """
        self._trace, self._errors = None, []
        reply: dict[str, Any] = {"status": 500, "headers": [], "body": ""}
        try:
            with counted() as waits:
                response, body = self._respond(message)
            reply = {
                "status": int(response.status_code),
                "headers": [[clip(str(k)), clip(str(v))] for k, v in _headers(response)],
                "body": base64.b64encode(body.content).decode(),
                **body.to_json(),
            }
            if self._trace is not None and (waited := waits.to_json()):
                self._trace["waits"] = waited
        except BaseException as error:  # noqa: BLE001 - a view may raise SystemExit
            self._errors.append(error)
        reply["exception"] = describe(self._errors[-1], self._own) if self._errors else None
        reply["trace"] = self._trace
        return reply

    def _respond(self, message: dict[str, Any]) -> tuple[HttpResponseBase, Body]:
        path = message["path"].partition("?")[0]
        if _is_async(unquote(path)):
            handler = self._handler("async", message["csrf"])
            return async_to_sync(_answer_async)(handler, _scope(message), bounds(message.get("stream")))
        body = base64.b64decode(message["body"])
        headers = {name: value for name, value in message["headers"] if name != "content-type"}
        request = RequestFactory().generic(
            message["method"],
            message["path"],
            body,
            _content_type(message),
            secure=message["secure"],
            headers={**headers, "host": message["host"]},
        )
        # The request has put the decoded path there; a handler wants it as a server would have it.
        request.environ["PATH_INFO"] = unquote_to_bytes(path).decode("iso-8859-1")
        response = self._handler("sync", message["csrf"])(request.environ)
        return response, read(response, bounds(message.get("stream")))

    def _handler(self, kind: str, csrf: bool) -> Any:
        if (kind, csrf) not in self._handlers:
            made = _SyncHandler if kind == "sync" else _AsyncHandler
            self._handlers[kind, csrf] = made(self._own, self._take_trace, csrf=csrf)
        return self._handlers[kind, csrf]

    def _take_trace(self, trace: Trace) -> None:
        self._trace = trace


def _content_type(message: dict[str, Any]) -> str:
    given = [value for name, value in message["headers"] if name == "content-type"]
    return given[0] if given else "application/octet-stream"


def _scope(message: dict[str, Any]) -> dict[str, Any]:
    path, _, query = message["path"].partition("?")
    body = base64.b64decode(message["body"])
    headers = [("host", message["host"]), *((name, value) for name, value in message["headers"])]
    if body:
        headers.append(("content-length", str(len(body))))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": message["method"],
        "scheme": "https" if message["secure"] else "http",
        "path": unquote(path),
        "query_string": query.encode(),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": ["127.0.0.1", 0],
        "server": (message["host"], "443" if message["secure"] else "80"),
        "_body_file": FakePayload(body),
    }


async def _answer_async(handler: Any, scope: dict[str, Any], body: Body) -> tuple[HttpResponseBase, Body]:
    response = await handler(scope)
    return response, await aread(response, body)


def _headers(response: HttpResponseBase) -> list[tuple[str, str]]:
    cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
    return [*response.items(), *cookies]


def _is_async(path: str) -> bool:
    """Whether the view wants an event loop.

    Middleware may choose another URLconf later; then it runs on a loop all the same.
    """
    try:
        found = resolve(path, settings.ROOT_URLCONF)
    except (Resolver404, UnicodeError):
        return False
    return bool(iscoroutinefunction(found.func))
