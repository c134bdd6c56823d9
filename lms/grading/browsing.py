"""A browser without a window: the mini browser's requests, its cookies, and the page for its frame."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import time
from dataclasses import dataclass, field, replace
from http.cookies import CookieError, Morsel, SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_http_date_safe

from lms.grading.assets import Assets, fetch_assets, with_assets
from sandbox.jail import Answer, BootedProject

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MOST_BODY = 1024 * 1024  # bytes
MOST_PATH = 4000
# An endless stream is shown as far as it came in this time.
STREAM = {"seconds": 2.0, "parts": 200}
MOST_COOKIE = 4096  # characters
MOST_COOKIES = 100
_SECONDS = re.compile(r"-?[0-9]{1,15}")
# What browsers know, or nearly. Python has codecs that are no text's, and some that take minutes.
_CHARSETS = re.compile(
    r"utf-(8|16|32)(-[bl]e)?|ascii|iso8859-\d+|cp\d+|koi8-[ru]|shift_jis|euc_(jp|kr)|gb\w+|big5"
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OWN_HEADERS = {"host", "cookie", "content-length", "connection", "transfer-encoding"}
_DOCTYPE = re.compile(r"\s*<!doctype html[^>]*>", re.IGNORECASE)


class BadPreviewRequest(Exception):
    """What the mini browser was told to send is no request. The message is for the learner."""


@dataclass(frozen=True, kw_only=True)
class PreviewRequest:
    """`path` begins with a slash and may have a query."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Page:
    """What the project answered, as it came."""

    content_type: str
    content: bytes
    path: str = "/"
    assets: Assets = field(default_factory=dict)

    @property
    def is_html(self) -> bool:
        return self._kind in ("text/html", "application/xhtml+xml")

    def document(self, bridge: str) -> str:
        """Return HTML for the frame that begins with `bridge`, our own script element."""
        kind = self._kind
        if self.is_html:
            text = with_assets(self.text(), self.path, self.assets)
            doctype = "<!doctype html>" if _DOCTYPE.match(text) else ""
            return f"{doctype}{bridge}{text}"
        if kind.startswith("text/") or kind.endswith(("json", "xml", "javascript")):
            return _plain(bridge, self.text())
        if kind.startswith("image/") and kind != "image/svg+xml":
            data = base64.b64encode(self.content).decode()
            return f'<!doctype html>{bridge}<img alt="" src="data:{html.escape(kind)};base64,{data}">'
        if not self.content:
            return _plain(bridge, "")
        return _plain(bridge, f"{len(self.content)} bytes of {kind or 'no type'}, which no page can show.")

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content) + sum(len(content) for _, content in self.assets.values())

    @property
    def _kind(self) -> str:
        return self.content_type.partition(";")[0].strip().lower()

    def text(self) -> str:
        return self.content.decode(_charset(self.content_type), "replace")


class CookieJar:
    """The cookies of one browser window on one host; those with a path go to what is below it.

    As browsers do, it takes no cookie that is too long, and forgets the oldest of too many.
    """

    def __init__(self) -> None:
        self._cookies: dict[str, Morsel[str]] = {}

    def header(self, path: str) -> str:
        """Return the Cookie header of a request to `path`; empty where there is no cookie."""
        sent = [one for one in self._cookies.values() if _covers(one["path"] or "/", path)]
        return "; ".join(f"{one.key}={one.coded_value}" for one in sent)

    def take(self, headers: list[list[str]]) -> None:
        for name, value in headers:
            if name.lower() == "set-cookie":
                self._take_one(value)

    def to_json(self) -> dict[str, str]:
        return {name: morsel.value for name, morsel in self._cookies.items()}

    def _take_one(self, value: str) -> None:
        if len(value) > MOST_COOKIE:
            return
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(value)
        except CookieError:
            return  # A browser ignores a cookie that is none, too.
        for name, morsel in cookies.items():
            if _is_expired(morsel):
                self._cookies.pop(name, None)
            else:
                self._cookies[name] = morsel
        for name in list(self._cookies)[: -MOST_COOKIES or None]:
            del self._cookies[name]


def read_request(data: dict[str, Any]) -> PreviewRequest:
    """Return the request that the page described. Raises BadPreviewRequest.

    `data`: method, path, and any of headers (mapping), body (text), form (pairs), files (objects with name,
    filename, type and base64 data) and `encoding` (the form's).
    """
    method = str(data.get("method", "GET")).upper()
    if method not in METHODS:
        raise BadPreviewRequest(f"{method[:20]!r} is not a method. There are {', '.join(METHODS)}.")
    path = data.get("path")
    if not isinstance(path, str) or not path.startswith("/") or len(path) > MOST_PATH:
        raise BadPreviewRequest(f"An address begins with / and has at most {MOST_PATH} characters.")
    headers = _read_headers(data.get("headers") or {})
    content_type, body = _read_body(data)
    if len(body) > MOST_BODY:
        raise BadPreviewRequest("The body of a request can have 1 MB here.")
    if content_type:
        headers.setdefault("content-type", content_type)
    return PreviewRequest(method=method, path=_quoted(path), headers=headers, body=body)


def send(booted: BootedProject, cookies: CookieJar, wanted: PreviewRequest) -> tuple[Page, dict[str, Any]]:
    """Send one request, without following a redirect. Return its page, and what the mini browser is told."""
    headers = {"accept": "text/html,*/*;q=0.8", **wanted.headers}
    sent = cookies.header(wanted.path.partition("?")[0])
    if sent:
        headers["cookie"] = sent
    answer = booted.request(
        wanted.method, wanted.path, headers=headers, body=wanted.body, host="localhost", stream=STREAM
    )
    cookies.take(answer.headers)
    page = Page(_header(answer, "content-type"), answer.content, wanted.path)
    if page.is_html:
        page = replace(page, assets=fetch_assets(page.text(), page.path, lambda path: _asset(booted, path)))
    return page, {
        "method": wanted.method,
        "path": wanted.path,
        "status": answer.status,
        "headers": answer.headers,
        "location": _header(answer, "location"),
        "cookies": cookies.to_json(),
        "trace": answer.trace,
        "exception": answer.exception,
        "output": answer.output,
        "size": len(answer.content),
        "cut": answer.cut,
    }


def _asset(booted: BootedProject, path: str) -> tuple[str, bytes] | None:
    answer = booted.request("GET", path, host="localhost")
    return (_header(answer, "content-type"), answer.content) if answer.status == 200 else None


def _read_headers(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or len(given) > 40:
        raise BadPreviewRequest("Headers are a mapping of name to text, 40 at most.")
    headers = {}
    for name, value in given.items():
        if not _HEADER_NAME.fullmatch(name) or not isinstance(value, str) or len(value) > MOST_PATH:
            raise BadPreviewRequest(f"{name[:50]!r} is not a header.")
        if any(ord(character) < 32 or ord(character) > 255 for character in value):
            raise BadPreviewRequest(f"The header {name} has a character in it that no header may have.")
        if name.lower() not in _OWN_HEADERS:
            headers[name.lower()] = value
    return headers


def _read_body(data: dict[str, Any]) -> tuple[str, bytes]:
    form, files, text = data.get("form"), data.get("files") or [], data.get("body")
    if form is None and not files:
        if text is None:
            return "", b""
        if not isinstance(text, str):
            raise BadPreviewRequest("The body has to be text.")
        return "text/plain; charset=utf-8", text.encode("utf-8", "replace")
    pairs = [_read_pair(pair) for pair in (form if isinstance(form, list) else [])]
    if data.get("encoding") != "multipart/form-data":
        names = [(name, str(one)) for name, one in _read_files(files)]
        return "application/x-www-form-urlencoded", urlencode([*pairs, *names], errors="replace").encode()
    fields: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in [*pairs, *_read_files(files)]:
        fields.appendlist(name, value)
    return MULTIPART_CONTENT, encode_multipart(BOUNDARY, dict(fields.lists()))


def _read_pair(pair: Any) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
        raise BadPreviewRequest("A form is a list of pairs of name and text.")
    return pair[0], pair[1]


def _read_files(files: Any) -> list[tuple[str, SimpleUploadedFile]]:
    found = []
    for one in files if isinstance(files, list) else []:
        try:
            content = base64.b64decode(one["data"], validate=True)
            upload = SimpleUploadedFile(str(one["filename"]), content, str(one.get("type") or ""))
            found.append((str(one["name"]), upload))
        except (KeyError, TypeError, AttributeError, ValueError, binascii.Error) as error:
            raise BadPreviewRequest("A file has a name, a filename and data in base64.") from error
    return found


def _quoted(path: str) -> str:
    parts = urlsplit(path.replace("\\", "%5C") if not path.startswith("//") else "/" + path.lstrip("/"))
    query = f"?{quote(parts.query, safe=QUERY_SAFE, errors='replace')}" if parts.query else ""
    return quote(parts.path or "/", safe=PATH_SAFE, errors="replace") + query


PATH_SAFE = "/%:@!$&'()*+,;=~"
QUERY_SAFE = PATH_SAFE + "?"


def _header(answer: Answer, name: str) -> str:
    return next((value for key, value in answer.headers if key.lower() == name), "")


def _covers(prefix: str, path: str) -> bool:
    return path == prefix or path.startswith(prefix if prefix.endswith("/") else f"{prefix}/")


def _charset(content_type: str) -> str:
    named = re.search(r"charset=\"?([\w-]{1,30})", content_type)
    try:
        known = codecs.lookup(named[1]).name if named else "utf-8"
    except LookupError:
        return "utf-8"
    return known if _CHARSETS.fullmatch(known) else "utf-8"


def _is_expired(morsel: Morsel[str]) -> bool:
    if _SECONDS.fullmatch(str(morsel["max-age"])):
        return int(morsel["max-age"]) <= 0
    expires = parse_http_date_safe(morsel["expires"]) if morsel["expires"] else None
    return expires is not None and expires <= time.time()


def _plain(bridge: str, text: str) -> str:
    style = "white-space: pre-wrap; overflow-wrap: anywhere"
    return f'<!doctype html>{bridge}<pre style="{style}">{html.escape(text)}</pre>'
