"""Talking to `/api/v1/`: JSON in, JSON out, and every problem a sentence."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_WAIT = 30.0  # seconds for an answer


class CliError(Exception):
    """A sentence for the person at the terminal; `code` is the command's exit code."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


class ApiError(CliError):
    def __init__(self, status: int, message: str, body: dict[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Site:
    """A running Django Mastery, `https://course.example.org`, and a key of one's own there."""

    origin: str
    key: str = field(default="", repr=False)

    def get(self, path: str) -> Any:
        return self.request("GET", path)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.request("POST", path, {} if body is None else body, headers)

    def request(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """Return the JSON that came; None for an empty answer. Raises ApiError and CliError."""
        url = f"{self.origin}{path}"
        request = urllib.request.Request(url, method=method)  # noqa: S310 - checked in `checked_origin`
        request.add_header("Accept", "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name.replace("_", "-"), value)
        if self.key:
            request.add_header("Authorization", f"Token {self.key}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with _OPENER.open(request, timeout=_WAIT) as answer:
                return _read(answer.read(), url)
        except urllib.error.HTTPError as error:
            raise _problem(error) from error
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            raise CliError(f"{self.origin} does not answer: {reason}") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the key to wherever it points."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def checked_origin(text: str) -> str:
    """Return `https://host[:port]`, or raise CliError. Plain http is for this machine only."""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise CliError(f"{text!r} is not the address of a site, like https://course.example.org")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise CliError(f"A key may not travel unencrypted: use https://{parts.netloc}")
    return f"{parts.scheme}://{parts.netloc}"


def _read(content: bytes, url: str) -> Any:
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError as error:
        raise CliError(f"{url} answered with something else than JSON. Is Django Mastery there?") from error


def _problem(error: urllib.error.HTTPError) -> ApiError:
    try:
        body = json.loads(error.read())
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    if error.code == 401 and "flows" not in json.dumps(body):
        message = "The site does not know you (any more). Run: login"
    else:
        first = (body.get("errors") or [{}])[0] if isinstance(body.get("errors"), list) else {}
        message = (
            body.get("detail") or first.get("message") or f"The site answered {error.code} {error.reason}."
        )
    return ApiError(error.code, str(message), body)
