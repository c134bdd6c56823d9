"""A small browser: cookies, redirects, forms. Its requests travel to the project through the supervisor."""

import base64
import itertools
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import CookieError, Morsel, SimpleCookie
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.datastructures import CaseInsensitiveMapping
from django.utils.http import parse_http_date_safe

from sandbox.jail.examiner_link import LearnerError, Link
from sandbox.jail.examiner_mismatch import Mismatch
from sandbox.jail.examiner_sockets import WebSocket

__all__ = ["Client", "LearnerError", "Mismatch", "Response"]

_MAX_REDIRECTS = 10
_KEEP_METHOD = (307, 308)
_REDIRECTS = (301, 302, 303, *_KEEP_METHOD)


@dataclass
class Response:
    """What the project answered. `trace` is its X-ray."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    cookies: SimpleCookie
    trace: dict[str, Any]
    path: str
    history: list["Response"] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    cut: str = ""

    @property
    def text(self) -> str:
        _, _, charset = self.headers.get("Content-Type", "").partition("charset=")
        try:
            return self.content.decode(charset.strip('" ') or "utf-8", "replace")
        except LookupError:
            return self.content.decode("utf-8", "replace")

    @property
    def url(self) -> str:
        """The Location header, or ''."""
        return self.headers.get("Location", "")

    @property
    def queries(self) -> list[dict[str, Any]]:
        return list(self.trace["queries"])

    @property
    def waits(self) -> dict[str, Any]:
        """What it waited for: `count`, `peak` (at once), `ms` (added up), `blocked_ms` (of the loop)."""
        return {"count": 0, "peak": 0, "ms": 0.0, "blocked_ms": 0.0, **self.trace.get("waits", {})}

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")

    def json(self) -> Any:
        try:
            return json.loads(self.text)
        except ValueError as error:
            raise Mismatch(expected="JSON", got=self.text[:500] or "nothing", what=str(error)) from error


class Client:
    """A browser without JavaScript. It remembers cookies and, without `enforce_csrf`, needs no CSRF token."""

    def __init__(self, link: Link, *, enforce_csrf: bool = False) -> None:
        self._link = link
        self._enforce_csrf = enforce_csrf
        self.cookies: SimpleCookie = SimpleCookie()

    def get(
        self,
        path: str,
        query: Any = None,
        headers: Any = None,
        follow: bool = False,
        stream: Mapping[str, float] | None = None,
    ) -> Response:
        return self.request("GET", path, query=query, headers=headers, follow=follow, stream=stream)

    def head(self, path: str, query: Any = None, headers: Any = None, follow: bool = False) -> Response:
        return self.request("HEAD", path, query=query, headers=headers, follow=follow)

    def options(self, path: str, **options: Any) -> Response:
        return self.request("OPTIONS", path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> Response:
        return self.request("POST", path, data=data, **options)

    def put(self, path: str, data: Any = None, **options: Any) -> Response:
        return self.request("PUT", path, data=data, **options)

    def patch(self, path: str, data: Any = None, **options: Any) -> Response:
        return self.request("PATCH", path, data=data, **options)

    def delete(self, path: str, data: Any = None, **options: Any) -> Response:
        return self.request("DELETE", path, data=data, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Any = None,
        data: Any = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
        follow: bool = False,
        stream: Mapping[str, float] | None = None,
    ) -> Response:
        """`data` is a form (mapping), or raw text or bytes; `files` are `(name, content[, type])`.

        `stream` says when to hang up on a stream: after so many `parts`, or so many `seconds` (5).
        Raises LearnerError.
        """
        content_type, body = _encode(data, json, files)
        given = {name.lower(): str(value) for name, value in (headers or {}).items()}
        if content_type:
            given.setdefault("content-type", content_type)
        if query:
            path += ("&" if "?" in path else "?") + urlencode(query, doseq=True)
        response = self._send(method, path, given, body, stream)
        return self._follow(method, response, given, body) if follow else response

    def login(self, **credentials: Any) -> bool:
        """Signs in through the project's session framework, without a request.

        False where it refuses the credentials.
        """
        cookies = {name: morsel.value for name, morsel in self.cookies.items()}
        signed_in = self._link.value({"op": "login", "credentials": credentials, "cookies": cookies})
        if not signed_in:
            return False
        name, key = signed_in
        self.cookies[name] = key
        return True

    def websocket(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        subprotocols: Iterable[str] = (),
        timeout: float = 2.0,
    ) -> WebSocket:
        """Opens a WebSocket with this browser's cookies; `origin` is the site unless a header says otherwise.

        Look at `accepted` of what comes back. Raises LearnerError with what the consumer raised.
        """
        parts = urlsplit(path)
        secure, host = parts.scheme in ("wss", "https"), parts.netloc or "testserver"
        given = {name.lower(): str(value) for name, value in (headers or {}).items()}
        given.setdefault("origin", f"{'https' if secure else 'http'}://{host}")
        names = list(subprotocols)
        if names:
            given.setdefault("sec-websocket-protocol", ", ".join(names))
        handshake = {
            "path": _target(parts),
            "headers": [[name, value] for name, value in self._with_cookies(given).items()],
            "secure": secure,
            "host": host,
            "subprotocols": names,
        }
        socket = WebSocket(self._link, handshake, timeout=timeout)
        self._link.on_end(socket.close)
        return socket

    def logout(self) -> None:
        """Forgets all cookies, as closing a private window does."""
        self.cookies.clear()

    def _follow(self, method: str, response: Response, headers: dict[str, str], body: bytes) -> Response:
        history: list[Response] = []
        while response.status_code in _REDIRECTS and response.url:
            history.append(response)
            if len(history) > _MAX_REDIRECTS:
                raise Mismatch(
                    expected="a page", got=f"{_MAX_REDIRECTS} redirects in a row, to {response.url}"
                )
            if response.status_code not in _KEEP_METHOD and method != "HEAD":
                method, body = "GET", b""
                headers = {name: value for name, value in headers.items() if name != "content-type"}
            response = self._send(method, urljoin(response.path, response.url), headers, body)
        response.history = history
        return response

    def _with_cookies(self, headers: dict[str, str]) -> dict[str, str]:
        if not self.cookies:
            return headers
        pairs = (f"{name}={morsel.coded_value}" for name, morsel in self.cookies.items())
        return {"cookie": "; ".join(pairs), **headers}

    def _send(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        stream: Mapping[str, float] | None = None,
    ) -> Response:
        parts = urlsplit(path)
        answer = self._link.ask(
            {
                "op": "request",
                "method": method,
                "path": _target(parts),
                "headers": [[name, value] for name, value in self._with_cookies(headers).items()],
                "body": base64.b64encode(body).decode(),
                "csrf": self._enforce_csrf,
                "secure": parts.scheme == "https",
                "host": parts.netloc or "testserver",
                "stream": dict(stream) if stream else None,
            }
        )
        cookies = self._take_cookies(answer["headers"])
        plain = {name: value for name, value in answer["headers"] if name.lower() != "set-cookie"}
        content = base64.b64decode(answer["body"])
        return Response(
            answer["status"],
            CaseInsensitiveMapping(plain),
            content,
            cookies,
            answer["trace"],
            path,
            parts=_split(content, answer["parts"]),
            cut=answer["cut"],
        )

    def _take_cookies(self, headers: list[list[str]]) -> SimpleCookie:
        cookies: SimpleCookie = SimpleCookie()
        for name, value in headers:
            if name.lower() == "set-cookie":
                try:
                    cookies.load(value)
                except CookieError:
                    continue
        for name, morsel in cookies.items():
            if _is_expired(morsel):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value
        return cookies


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    return f"{path}?{parts.query}" if parts.query else path


def _split(content: bytes, sizes: list[int]) -> list[bytes]:
    ends = list(itertools.accumulate(sizes))
    return [content[end - size : end] for size, end in zip(sizes, ends, strict=True)]


def _is_expired(morsel: "Morsel[str]") -> bool:
    if str(morsel["max-age"]).lstrip("-").isdigit():
        return int(morsel["max-age"]) <= 0
    expires = parse_http_date_safe(morsel["expires"]) if morsel["expires"] else None
    return expires is not None and expires <= time.time()


def _encode(data: Any, as_json: Any, files: Mapping[str, Any] | None) -> tuple[str, bytes]:
    if as_json is not None:
        return "application/json", json.dumps(as_json, default=str).encode()
    if isinstance(data, bytes):
        return "application/octet-stream", data
    if isinstance(data, str):
        return "text/plain; charset=utf-8", data.encode()
    if files:
        parts = {name: _uploaded(file) for name, file in files.items()}
        return MULTIPART_CONTENT, encode_multipart(BOUNDARY, {**(data or {}), **parts})
    if data is not None:
        return "application/x-www-form-urlencoded", urlencode(data, doseq=True).encode()
    return "", b""


def _uploaded(file: Any) -> SimpleUploadedFile:
    name, content, *kind = file
    raw = content.encode() if isinstance(content, str) else content
    return SimpleUploadedFile(name, raw, *kind)
