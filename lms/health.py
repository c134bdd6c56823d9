"""`/livez`: the process answers. `/readyz`: what it needs does, each part by its name."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from lms.celery import app
from lms.embedded import worker_is_alive
from lms.grading.grader import GraderUnavailable, check_grader

logger = logging.getLogger(__name__)


class WorkerGone(Exception):
    """Messages are taken in and nobody works them off."""


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM accounts_user LIMIT 1")


def check_broker() -> None:
    """Reach the broker, and where the worker is in this process, see that it lives."""
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    if settings.EMBEDDED_WORKER and not worker_is_alive():
        raise WorkerGone("the embedded worker has ended; restart the site")


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "broker": check_broker,
    "grader": check_grader,
}


@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part is ready and 503 otherwise: {"database": "ok", "grader": "why not"}."""
    parts = {name: _outcome(check) for name, check in CHECKS.items()}
    ready = all(outcome == "ok" for outcome in parts.values())
    return JsonResponse(parts, status=200 if ready else 503)


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except GraderUnavailable as error:
        return str(error)
    except Exception as error:
        # A database's or broker's words may hold an address or a password: they go to the log only.
        logger.warning("not ready: %s", error, exc_info=True)
        return type(error).__name__
    return "ok"
