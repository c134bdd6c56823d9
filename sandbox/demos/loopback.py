"""Requests from this server to itself, in the world of the visitor on whose behalf they are made.

In some demos a server calls another one, and both are this site: an app that redeems a code at a login
provider has no browser to bring the visitor's cookie. `Loopback` is a transport adapter for `requests`
that hands such a call to the site's own handler, with the visitor's ticket, and without a network. It goes
through every middleware and has a trace of its own, as any request.
"""

import io
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http.client import responses
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from django.core.handlers.wsgi import WSGIHandler
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict


class Loopback(BaseAdapter):
    """`session.mount(origin, Loopback(ticket))`; the ticket as in `request.META["DEMOS_TICKET"]`."""

    def __init__(self, ticket: str) -> None:
        super().__init__()
        self.ticket = ticket

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        # A thread of its own, as the other machine would be: nothing of the request that asks (its URLs'
        # prefix, its connection, allauth's current request) is seen or changed by the one that answers.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="loopback") as pool:
            return pool.submit(_answer, request, self.ticket).result()

    def close(self) -> None:
        """Nothing is kept open."""


@cache
def _handler() -> WSGIHandler:
    return WSGIHandler()


def _answer(request: PreparedRequest, ticket: str) -> Response:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
        started.extend((status, headers))
        return lambda _: None  # WSGI's old way to write; Django has no use for it

    body = _handler()(_environ(request, ticket), start_response)
    try:
        content = b"".join(body)
    finally:
        body.close()
    status, headers = started
    answer = Response()
    answer.status_code = int(status.split(" ")[0])
    answer.reason = responses.get(answer.status_code, "")
    answer.headers = CaseInsensitiveDict(headers)
    answer.raw = io.BytesIO(content)
    answer.encoding = "utf-8"
    answer.url, answer.request = str(request.url), request
    return answer


def _environ(request: PreparedRequest, ticket: str) -> dict[str, Any]:
    parts = urlsplit(str(request.url))
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else body
    if not isinstance(content, bytes):
        raise TypeError("A loopback takes text or bytes, not a stream.")
    environ = {
        "REQUEST_METHOD": str(request.method),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": "&".join(part for part in (parts.query, ticket) if part),
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "HTTP_X_FORWARDED_PROTO": parts.scheme,
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(content),
    }
    return environ | _headers(request.headers) | {"CONTENT_LENGTH": str(len(content))}


def _headers(headers: Mapping[str, Any]) -> dict[str, str]:
    names = {"content-type": "CONTENT_TYPE"}
    return {
        names.get(name.lower(), "HTTP_" + name.upper().replace("-", "_")): str(value)
        for name, value in headers.items()
        if name.lower() not in ("cookie", "host")
    }
