"""Lessons for people who have done nothing yet, answered before Django's whole way of a request.

Nearly all the time of an anonymous lesson page went into what every request takes: a thread and a database
connection of its own, and sixteen middlewares. What Django has answered to one such visitor is kept here,
with its headers, and the next one who asks in the same way gets it with a token and a badge of their own,
from threads that keep their connections. Each time the database is asked whether the page is still the one
to show (content/course.py). When it is not, or the visitor is not new, or the database fails, Django answers.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

import structlog
from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.handlers.asgi import ASGIRequest
from django.db import Error, connection
from django.http import HttpResponse

from lms.operations.metrics import count_page
from lms.operations.request_ids import HEADER, given_or_new, log_request
from lms.progress.lesson_page import IN_SCOPE, PageForNewcomers
from lms.progress.newcomers import NotNew, answer_newcomer

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Headers = tuple[tuple[bytes, bytes], ...]

# What our middleware decides by, before a view is asked: ALLOWED_HOSTS, the redirect to TLS, one_name.
_DECIDES = (b"host", b"x-forwarded-proto")
# What is another one in each answer.
_OWN = {b"set-cookie", b"content-length", b"content-encoding", HEADER.lower().encode()}
# Who begins a session writes, and may have to wait for another writer; who has one only reads.
READERS, BEGINNERS = 4, 2  # threads, each with a connection
MOST_KEPT, MOST_REMEMBERED = 500, 20_000
# Who would have to wait behind so many is left to Django, which has more threads.
MOST_WAITING = 64


@dataclass(frozen=True)
class Kept:
    """What Django has answered, but for what is somebody's own."""

    page: PageForNewcomers
    headers: Headers


class NewcomersFirst:
    """ASGI middleware around Django's handler, for HTTP."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._kept: dict[tuple[Any, ...], Kept] = {}
        # Visitors whom Django has to look at, by their cookies: nobody becomes new again with the same.
        self._not_new: dict[int, None] = {}
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="newcomers")
        self._beginners = ThreadPoolExecutor(BEGINNERS, thread_name_prefix="newcomers-first")
        self._under_way = {self._readers: 0, self._beginners: 0}

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        asked = how_asked(scope)
        if asked is None:
            return await self._application(scope, receive, send)
        kept = self._kept.get(asked)
        if kept is not None and await self._answered(scope, send, kept):
            return None
        return await self._application(scope, receive, self._keeping(scope, send, asked))

    async def _answered(self, scope: Scope, send: Any, kept: Kept) -> bool:
        """Answer with what is kept; return whether that could be."""
        cookies = hash(_header(scope, b"cookie"))
        if cookies in self._not_new:
            return False
        began = time.perf_counter()
        has_session = settings.SESSION_COOKIE_NAME.encode() in _header(scope, b"cookie")
        threads = self._readers if has_session else self._beginners
        if self._under_way[threads] >= MOST_WAITING:
            return False
        request = ASGIRequest(scope, BytesIO())
        self._under_way[threads] += 1
        try:
            answer = await self._in_thread(threads, partial(_ask, request, kept.page))
        except NotNew:
            _remember(self._not_new, cookies, None, MOST_REMEMBERED)
            return False
        finally:
            self._under_way[threads] -= 1
        if answer is None:
            return False
        await _send(send, answer, kept.headers, _recorded(request, answer, began))
        return True

    async def _in_thread(
        self, threads: ThreadPoolExecutor, ask: Callable[[], HttpResponse | None]
    ) -> HttpResponse | None:
        return await asyncio.get_running_loop().run_in_executor(threads, ask)

    def _keeping(self, scope: Scope, send: Any, asked: tuple[Any, ...]) -> Any:
        async def sending(message: Any) -> None:
            page = scope.get(IN_SCOPE)
            if page is not None and message["type"] == "http.response.start" and message["status"] == 200:
                headers = tuple(
                    (name, value) for name, value in message["headers"] if name.lower() not in _OWN
                )
                # A page whose policy names a nonce is somebody's own.
                if not any(b"'nonce-" in value for _, value in headers):
                    _remember(self._kept, asked, Kept(page, headers), MOST_KEPT)
            await send(message)

        return sending


def how_asked(scope: Scope) -> tuple[Any, ...] | None:
    """Return all by which Django would choose its answer, but for who asks; None if it is to do so."""
    if scope["method"] != "GET" or scope["query_string"] or scope.get("root_path"):
        return None
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in found or name in (b"content-length", b"transfer-encoding"):
            return None
        found[name] = value
    decides = tuple(found.get(name, b"") for name in _DECIDES)
    return scope["path"], scope["scheme"], b"text/html" in found.get(b"accept", b""), *decides


def _ask(request: ASGIRequest, page: PageForNewcomers) -> HttpResponse | None:
    """Return the answer to somebody new, None where Django is to give it. Raises NotNew."""
    try:
        return answer_newcomer(request, page)
    except NotNew:
        raise
    except SessionInterrupted:
        return None
    except Error as error:
        # The connection of this thread may be the only thing that is broken.
        logger.warning("a lesson for somebody new is left to Django: %s", error)
        connection.close()
        return None
    except Exception:
        # Whatever it is, Django answers with the page or with its page of an error.
        logger.exception("a lesson for somebody new is left to Django")
        return None


def _recorded(request: ASGIRequest, answer: HttpResponse, began: float) -> str:
    """Log and count it as every other request; return its id."""
    request_id = given_or_new(request.headers.get(HEADER, ""))
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        log_request(request, answer, time.perf_counter() - began)
    if settings.METRICS_ON:
        count_page(request, answer, began)
    return request_id


async def _send(send: Any, answer: HttpResponse, headers: Headers, request_id: str) -> None:
    own = [(HEADER.encode(), request_id.encode()), (b"Content-Length", str(len(answer.content)).encode())]
    if answer.has_header("Content-Encoding"):
        own.append((b"Content-Encoding", answer["Content-Encoding"].encode()))
    own += [(b"Set-Cookie", morsel.OutputString().encode("ascii")) for morsel in answer.cookies.values()]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": [*headers, *own]})
    await send({"type": "http.response.body", "body": answer.content})


def _header(scope: Scope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")


def _remember(known: dict[Any, Any], key: Any, value: Any, most: int) -> None:
    """Put it last, and forget what was put there first where there are too many."""
    known.pop(key, None)
    known[key] = value
    while len(known) > most:
        known.pop(next(iter(known)))
