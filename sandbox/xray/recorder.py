"""Records what Django did for one request. The format is in docs/architecture.md, "The trace of a request".

The core is a `Recorder`, used around a handler; `observe` and `aobserve` are that for middleware:

    with Recorder(own=own) as recorder:
        recorder.begin(request)
        response = handler.get_response(request)
    trace = recorder.end(response)

It needs configured settings, and touches neither files nor the network by itself.
"""

import asyncio
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Token
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from asgiref.sync import sync_to_async
from django.core.mail.message import EmailMessage, EmailMultiAlternatives
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from sandbox.xray import hooks
from sandbox.xray.bounds import MAX_ENTRIES, clip, jsonable
from sandbox.xray.describe import (
    cookie_rows,
    describe_request,
    describe_response,
    describe_route,
    read_body_early,
)
from sandbox.xray.plans import can_have_plan, plan_in_place
from sandbox.xray.sessions import Visit
from sandbox.xray.sources import OwnFiles, current_source, library_path, traceback_frames
from sandbox.xray.sql import fingerprint, readable

# No status of HTTP's own: nobody is there to read one. It is what nginx writes into its log.
CLIENT_CLOSED_REQUEST = 499

Trace = dict[str, Any]
Sink = Callable[[Trace], None]


def own_files_in(*folders: Path) -> OwnFiles:
    """A predicate for `Recorder(own=…)`: files below one of the folders, shown relative to it."""
    roots = [f"{folder.resolve()}/" for folder in folders]
    known: dict[str, str | None] = {}

    def own(filename: str) -> str | None:
        if filename not in known:
            root = next((root for root in roots if filename.startswith(root)), None)
            known[filename] = filename.removeprefix(root) if root else None
        return known[filename]

    return own


def observe(
    request: HttpRequest,
    get_response: Callable[[HttpRequest], HttpResponseBase],
    *,
    own: OwnFiles,
    sink: Sink,
    hide_cookies: frozenset[str] = frozenset(),
    plans: int = 0,
) -> HttpResponseBase:
    """Answer the request and give its trace to `sink`, also when the handler raises."""
    recorder = Recorder(own=own, hide_cookies=hide_cookies, plans=plans)
    response = None
    try:
        with recorder:
            recorder.begin(request)
            response = get_response(request)
    finally:
        if recorder.visit is not None:
            sink(recorder.end(response))
    return response


async def aobserve(
    request: HttpRequest,
    get_response: Callable[[HttpRequest], Awaitable[HttpResponseBase]],
    *,
    own: OwnFiles,
    sink: Sink,
    hide_cookies: frozenset[str] = frozenset(),
    plans: int = 0,
) -> HttpResponseBase:
    """`observe` for async handlers. The recorder's own queries and `sink` run in the request's thread."""
    recorder = Recorder(own=own, hide_cookies=hide_cookies, plans=plans)
    response = None
    try:
        with recorder:
            await sync_to_async(recorder.begin)(request)
            response = await get_response(request)
    finally:
        # A browser that leaves at once may be gone before there is anything to tell.
        if recorder.visit is not None:
            await sync_to_async(lambda: sink(recorder.end(response)))()
    return response


class Recorder:
    """One request's recorder.

    `own` tells the author's files from libraries; cookies named in `hide_cookies` are left out. `plans` is
    how many different statements get their query plan as they run, for where nobody can ask later.
    Entering it makes it the recorder of the current context; it does no I/O then. `begin` and `end` may query
    the database (the session, the user's name), unrecorded; call them where that is allowed.
    """

    def __init__(self, *, own: OwnFiles, hide_cookies: frozenset[str] = frozenset(), plans: int = 0) -> None:
        self.own = own
        self.hide_cookies = hide_cookies
        self.plans_left = plans
        self.request: HttpRequest | None = None
        self.visit: Visit | None = None
        self.at = time.time()
        self.ms = 0.0
        self.lists: dict[str, list[Any]] = {
            name: [] for name in ("queries", "templates", "mail", "messages", "tasks", "frames")
        }
        self.dropped: dict[str, int] = {}
        self.exception: dict[str, Any] | None = None
        self.aborted = False
        self._explained: set[str] = set()
        self._seen_templates: dict[tuple[str, str], dict[str, Any]] = {}
        self._task: asyncio.Task[Any] | None = None
        self._token: Token[Recorder | None] | None = None
        self._started: float | None = None

    def __enter__(self) -> Self:
        hooks.install()
        try:
            self._task = asyncio.current_task()
        except RuntimeError:
            self._task = None
        self._token = hooks.active.set(self)
        self._started = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._started is not None:
            self.ms = (time.perf_counter() - self._started) * 1000
        if self._token is not None:
            hooks.active.reset(self._token)
        self._token = self._task = None
        if isinstance(error, asyncio.CancelledError):
            # Django cancels what it is doing when the browser goes away: nobody's mistake.
            self.aborted = True
        elif error is not None and self.exception is None:
            self.note_exception(error)

    def begin(self, request: HttpRequest) -> None:
        """Before the request is handled: who is it from, and what is in their session?"""
        self.request = request
        with hooks.paused():
            read_body_early(request)
            self.visit = Visit(request)
        self._started = time.perf_counter()

    def end(self, response: HttpResponseBase | None) -> Trace:
        """The trace. `response` is None when the handler raised; the exception is in the trace then."""
        if self.request is None or self.visit is None:
            raise RuntimeError("Recorder.end() before Recorder.begin()")
        with hooks.paused():
            user, session = self.visit.differences()
            trace: Trace = {
                "id": uuid.uuid4().hex,
                "at": round(self.at, 3),
                "ms": round(self.ms, 2),
                "request": describe_request(self.request, self.hide_cookies),
                "response": describe_response(response, self.hide_cookies),
                **describe_route(self.request),
                "user": user,
                "session": session,
                "cookies": cookie_rows(response, self.hide_cookies),
                **self.lists,
                "exception": self.exception,
            }
        if self.aborted:
            trace["aborted"] = True
            trace["response"]["status"] = CLIENT_CLOSED_REQUEST
        if self.dropped:
            trace["dropped"] = dict(self.dropped)
        return trace

    def note(self, kind: str, entry: Any) -> None:
        """Add to one of the trace's lists (`tasks`, `frames`, …), which hold 200 entries."""
        entries = self.lists[kind]
        if len(entries) < MAX_ENTRIES:
            entries.append(entry)
        else:
            self.dropped[kind] = self.dropped.get(kind, 0) + 1

    def note_statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        started = time.perf_counter()
        rows, failure = None, None
        try:
            result = execute(sql, params, many, context)
            rows = _affected(context, sql)
            return result
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
            raise
        finally:
            ms = (time.perf_counter() - started) * 1000
            if len(self.lists["queries"]) >= MAX_ENTRIES:
                self.note("queries", None)
            else:
                query = {
                    "sql": readable(str(sql), params, many=many),
                    "ms": round(ms, 3),
                    "rows": rows,
                    "alias": context["connection"].alias,
                    "fingerprint": fingerprint(str(sql)),
                    "source": current_source(self.own, self._task),
                }
                if failure:
                    query["error"] = clip(failure)
                elif not many:
                    self._explain(query, context["connection"], str(sql), params)
                self.note("queries", query)

    def _explain(self, query: dict[str, Any], connection: BaseDatabaseWrapper, sql: str, params: Any) -> None:
        mark = query["fingerprint"]
        if self.plans_left <= 0 or mark in self._explained or not can_have_plan(sql):
            return
        self._explained.add(mark)
        self.plans_left -= 1
        plan = plan_in_place(connection, sql, params)
        if plan is not None:
            query["plan"] = plan

    def note_template(self, template: Any) -> None:
        name = str(template.name or "(a string)")
        file = str(getattr(template.origin, "name", "") or "")
        known = self._seen_templates.get((name, file))
        if known is not None:
            known["count"] += 1
            return
        known = {"name": name, "file": self.own(file) or library_path(file), "count": 1}
        self._seen_templates[name, file] = known
        self.note("templates", known)

    def note_mail(self, messages: Sequence[EmailMessage]) -> None:
        for message in messages:
            entry = {
                "to": jsonable(message.recipients()),
                "from": clip(str(message.from_email)),
                "subject": clip(str(message.subject)),
                "body": clip(str(message.body)),
                "html": html_of(message),
            }
            self.note("mail", entry)

    def note_message(self, message: Any) -> None:
        self.note("messages", {"level": message.level_tag, "text": clip(str(message.message))})

    def note_current_exception(self) -> None:
        error = sys.exception()
        if error is not None:
            self.note_exception(error)

    def note_exception(self, error: BaseException) -> None:
        self.exception = {
            "type": type(error).__name__,
            "message": clip(str(error)),
            "frames": traceback_frames(error.__traceback__, self.own),
        }


def html_of(message: EmailMessage) -> str | None:
    """The message's HTML alternative, if it has one."""
    if message.content_subtype == "html":
        return clip(str(message.body))
    if not isinstance(message, EmailMultiAlternatives):
        return None
    return next((clip(str(body)) for body, mimetype in message.alternatives if mimetype == "text/html"), None)


def _affected(context: dict[str, Any], sql: str) -> int | None:
    # Rows that come back aren't counted before they are fetched: sqlite3 says -1 or, with RETURNING, 0.
    if sql.startswith("SELECT") or " RETURNING " in sql:
        return None
    count = getattr(context["cursor"], "rowcount", -1)
    return count if isinstance(count, int) and count >= 0 else None
