"""`/livez`: the process answers. `/readyz`: so does all that it needs."""

from __future__ import annotations

import ipaddress
import logging
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from kombu.exceptions import OperationalError as BrokerGone

from lms.celery import app
from lms.embedded import worker_is_alive
from lms.grading.grader import GraderUnavailable, check_grader
from lms.operations.metrics import is_allowed

logger = logging.getLogger(__name__)
GOOD_FOR = 5.0  # seconds that a stranger is told what was found for another one


class NotReady(Exception):
    """A part of the site that is missing; the sentence says what, and holds no address or password."""


def check_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM grading_submission LIMIT 1")
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        logger.warning("not ready: %s", error)
        # PostgreSQL and SQLite say so by different classes.
        if isinstance(error, ProgrammingError) or "no such table" in str(error):
            raise NotReady("The database has no tables of this course: run `manage.py migrate`.") from error
        raise NotReady("The database does not answer; the log has its words.") from error


def check_broker() -> None:
    """Reach the broker, and where the worker is in this process, see that it lives."""
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (BrokerGone, OSError) as error:
        logger.warning("not ready: %s", error)
        raise NotReady("The queue (Redis) does not answer; what is handed in is kept.") from error
    if settings.EMBEDDED_WORKER and not worker_is_alive():
        raise NotReady("The embedded worker has ended, and nothing is graded: restart the site.")


def check_disk() -> None:
    """See that there is room for what people upload, and in the embedded mode for the database."""
    free = free_bytes(Path(settings.VAR_DIR))
    if free < settings.LEAST_FREE_BYTES:
        raise NotReady(f"The disk of the site's files is full: {free // 1024**2} MB are left.")


def free_bytes(folder: Path) -> int:
    """Return how much this process may still write there, or in the nearest folder above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "broker": check_broker,
    "grader": check_grader,
    "disk": check_disk,
}


@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part is ready and 503 otherwise.

    Whoever is on this machine, or may read the metrics, is told of each part: {"database": "ok", "grader":
    "why not"}. The words are ours: what a driver says may hold an address or a password, and goes to the log
    only. Everybody else is told {"ready": false} and no more, and makes no work by asking again and again:
    to look at the grader is to attack it.
    """
    if may_know(request):
        parts = look()
        return JsonResponse(parts, status=200 if is_ready(parts) else 503)
    ready = for_strangers.ask()
    return JsonResponse({"ready": ready}, status=200 if ready else 503)


def may_know(request: HttpRequest) -> bool:
    """Whether somebody here asks (and no proxy for somebody else), or who may read `/metrics`."""
    address = request.META.get("REMOTE_ADDR", "")
    try:
        here = ipaddress.ip_address(address).is_loopback and "X-Forwarded-For" not in request.headers
    except ValueError:
        here = False
    return here or is_allowed(address, request.headers.get("Authorization", ""))


def look() -> dict[str, str]:
    """Return "ok" or what is the matter, of each part."""
    return {name: _outcome(check) for name, check in CHECKS.items()}


def is_ready(parts: dict[str, str]) -> bool:
    return all(outcome == "ok" for outcome in parts.values())


class Remembered:
    """Whether all is ready, looked at once in GOOD_FOR seconds however many ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._ready, self._until = False, float("-inf")

    def ask(self) -> bool:
        with self._lock:
            if time.monotonic() >= self._until:
                self._ready = is_ready(look())
                self._until = time.monotonic() + GOOD_FOR
            return self._ready


for_strangers = Remembered()


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except (GraderUnavailable, NotReady) as error:
        return str(error)
    except Exception as error:
        logger.warning("not ready: %s", error, exc_info=True)
        return type(error).__name__
    return "ok"
