"""What a request asked and what came back, as the trace has it."""

from http.cookies import SimpleCookie
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError
from django.http.response import HttpResponseBase

from sandbox.xray.bounds import MASK, MAX_ENTRIES, clip, is_secret_field, masked_body

_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_EARLY_BODY = 100_000  # bytes
_UNREADABLE = (SuspiciousOperation, MultiPartParserError, UnreadablePostError, RawPostDataException)


def read_body_early(request: HttpRequest) -> None:
    """Keep a small body that isn't a form: a view (or REST framework) may read it from the stream, once."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if request.content_type in _FORM_TYPES or not length.isdigit() or not 0 < int(length) <= _EARLY_BODY:
        return
    try:
        request.body  # noqa: B018 - reading it is what keeps it
    except _UNREADABLE:
        return


def describe_request(request: HttpRequest, hidden: frozenset[str]) -> dict[str, Any]:
    cookies = {name: clip(value) for name, value in request.COOKIES.items() if name not in hidden}
    headers = [
        [name.lower(), clip(value)]
        for name, value in request.headers.items()
        if value and name.lower() != "cookie"
    ]
    if cookies:
        headers.append(["cookie", clip("; ".join(f"{name}={value}" for name, value in cookies.items()))])
    return {
        "method": request.method,
        "path": clip(request.path),
        "query": clip(request.META.get("QUERY_STRING", "")),
        "headers": headers[:MAX_ENTRIES],
        "cookies": dict(list(cookies.items())[:MAX_ENTRIES]),
        "form": _form(request),
        "body": _body(request),
    }


def describe_response(response: HttpResponseBase | None, hidden: frozenset[str]) -> dict[str, Any]:
    if response is None:
        return {"status": 500, "headers": [], "type": "", "size": 0}
    headers = [[name.lower(), clip(value)] for name, value in response.items()]
    headers += [
        ["set-cookie", clip(morsel.OutputString())]
        for name, morsel in response.cookies.items()
        if name not in hidden
    ]
    return {
        "status": response.status_code,
        "headers": headers[:MAX_ENTRIES],
        "type": response.headers.get("Content-Type", "").split(";")[0],
        "size": None if response.streaming else len(getattr(response, "content", b"")),
    }


def describe_route(request: HttpRequest) -> dict[str, Any]:
    match = getattr(request, "resolver_match", None)
    if match is None:
        return {"route": None, "url_name": None, "view": None}
    return {"route": match.route, "url_name": match.url_name, "view": match._func_path}


def cookie_rows(response: HttpResponseBase | None, hidden: frozenset[str]) -> list[dict[str, Any]]:
    cookies: SimpleCookie = response.cookies if response is not None else SimpleCookie()
    rows = []
    for name, morsel in cookies.items():
        if name in hidden:
            continue
        attributes = {key.replace("-", "_"): value for key, value in morsel.items() if value != ""}
        rows.append(
            {
                "name": name,
                "value": clip(morsel.value),
                "attributes": attributes,
                "deleted": str(attributes.get("max_age", "")) == "0",
            }
        )
    return rows[:MAX_ENTRIES]


def _form(request: HttpRequest) -> dict[str, list[str]] | None:
    if request.content_type not in _FORM_TYPES or request.method in ("GET", "HEAD"):
        return None
    try:
        form = {
            name: [clip(value) for value in values[:MAX_ENTRIES]] for name, values in request.POST.lists()
        }
        for name, files in request.FILES.lists():
            form[name] = [f"(a file: {clip(str(file.name))}, {file.size} bytes)" for file in files]
    except _UNREADABLE:
        return None
    first = list(form.items())[:MAX_ENTRIES]
    return {name: [MASK] * len(values) if is_secret_field(name) else values for name, values in first}


def _body(request: HttpRequest) -> str | None:
    # _body: asking for .body here could read a stream that the view had its reasons to leave alone.
    body = getattr(request, "_body", b"")
    if not body or request.content_type in _FORM_TYPES:
        return None
    return masked_body(body.decode(request.encoding or "utf-8", "replace"))
