"""One name for a request, from the proxy through its task to the line that says how it ended."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from celery import signals
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
# Of the proxy's ids; whatever else comes would be somebody's text in our log.
VALID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
QUIET = ("livez", "readyz", "metrics")
CELERY_HEADER = "request_id"

logger = logging.getLogger(__name__)


def request_ids(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the first: name the request, answer the name, and log how the request ended.

    The line has the route and not the address: addresses hold keys, searches and other people's names.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id = given_or_new(request.headers.get(HEADER, ""))
        began = time.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = get_response(request)
            log_request(request, response, time.monotonic() - began)
        response[HEADER] = request_id
        return response

    return middleware


def given_or_new(given: str) -> str:
    """Return the id that was sent where it is one, and a new one otherwise."""
    return given if VALID.fullmatch(given) else uuid.uuid4().hex


def current() -> str:
    """Return the id of the request (or of the request that started this task); "" outside of any."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def log_request(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Write the line that says how a request ended."""
    match = request.resolver_match
    name = match.url_name if match else None
    if name in QUIET and response.status_code < 500:
        return
    logger.log(
        logging.ERROR if response.status_code >= 500 else logging.INFO,
        "request",
        extra={
            "method": request.method,
            "route": f"/{match.route}" if match else "",
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
        },
    )


def follow_into_tasks() -> None:
    """Let messages to Celery carry the id, and tasks take it up."""
    signals.before_task_publish.connect(_send_along, dispatch_uid="request-id")
    signals.task_prerun.connect(_take_up, dispatch_uid="request-id")
    signals.task_postrun.connect(_put_down, dispatch_uid="request-id")
    # A receiver is how Celery is told to leave logging as Django has set it up.
    signals.setup_logging.connect(_leave_logging, dispatch_uid="leave-logging")


def _send_along(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and current():
        headers.setdefault(CELERY_HEADER, current())


def _take_up(task_id: str, task: Any, **_: Any) -> None:
    # A task that runs without a worker has its headers in one place, one of a worker in the other.
    sent = task.request.get(CELERY_HEADER) or (task.request.headers or {}).get(CELERY_HEADER, "")
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=given_or_new(str(sent)), task=task.name)


def _put_down(**_: Any) -> None:
    structlog.contextvars.clear_contextvars()


def _leave_logging(**_: Any) -> None:
    """Nothing to do."""
