"""The metrics of a Celery worker, which has no web server: on METRICS_PORT, to the same readers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.db import connection
from prometheus_client import CONTENT_TYPE_LATEST

from lms.operations.metrics import exposition, is_allowed

logger = logging.getLogger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    timeout = 10  # seconds for a reader that says nothing

    def log_message(self, format: str, *args: Any) -> None:
        """A line for every scrape is no news."""


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The WSGI application: GET /metrics, and 404 to everything and everybody else."""
    asked = (environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
    allowed = is_allowed(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_AUTHORIZATION", ""))
    if asked != ("GET", "/metrics") or not allowed:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found\n"]
    try:
        body = exposition()
    finally:
        # This thread is the request's own.
        connection.close()
    start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
    return [body]


def serve_metrics(**_: Any) -> WSGIServer | None:
    """Serve from a thread of this process, for as long as it lives; None where no port is configured."""
    if not (settings.METRICS_PORT and settings.METRICS_ON):
        return None
    server = make_server(
        settings.METRICS_HOST, settings.METRICS_PORT, answer, server_class=_Server, handler_class=_Silent
    )
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    logger.info("metrics are served", extra={"port": server.server_port})
    return server
