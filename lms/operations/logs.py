"""Logging: a line of JSON an event in production, a readable line on one's own machine.

Rooms log by the standard library (`logger.info("graded", extra={"state": "passed"})`); structlog renders.
Whatever is bound by `structlog.contextvars` (the request's id) stands in every line of that request or task.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from lms.operations.redaction import Hide


def logging_settings(*, as_json: bool, level: str, secrets: Iterable[str]) -> dict[str, Any]:
    """Return Django's LOGGING. `secrets` are texts that no line may have."""
    hide = Hide(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _without_objects,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "event": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *(_json(hide) if as_json else _readable(hide)),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # These bring handlers of their own, or are silent without DEBUG.
            **{name: {"handlers": [], "propagate": True} for name in ("django", "uvicorn", "uvicorn.error")},
            "django.server": {"handlers": [], "propagate": True},
            # Its lines are addresses; one with the route, the status and the time comes from our middleware.
            "uvicorn.access": {"handlers": [], "propagate": False},
            # Two lines for every message beside our own of the grade.
            **{name: {"level": "WARNING"} for name in ("celery.worker.strategy", "celery.app.trace")},
            # A line for every page that is not there is no news.
            "django.request": {"level": "ERROR"},
        },
    }


def _json(hide: Hide) -> list[Any]:
    # Never with local variables: they hold passwords and learners' code.
    traces = ExceptionDictTransformer(show_locals=False, max_frames=30)
    return [
        structlog.processors.ExceptionRenderer(traces),
        hide,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _readable(hide: Hide) -> list[Any]:
    return [
        structlog.processors.format_exc_info,
        hide,
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, sort_keys=False),
    ]


def _without_objects(logger: Any, method: str, event: Any) -> Any:
    """Django adds the request itself to some of its lines: it has cookies and headers in it."""
    for name in ("request", "sock", "server_time", "status_code", "color_message"):
        event.pop(name, None)
    return event
