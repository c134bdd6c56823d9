"""Faults to Sentry, where the environment names a DSN. Without one nothing of it runs."""

from __future__ import annotations

from typing import Any

import sentry_sdk
import structlog
from django.conf import settings
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import ignore_logger
from sentry_sdk.types import Event, Hint

from lms.operations.redaction import Hide

# What a request holds of a person, and what we would have to delete there when they delete their account.
_PERSONAL = ("cookies", "headers", "data", "env", "query_string")


def start_sentry(*, transport: Any = None) -> bool:
    """Report faults from now on; return False, and do nothing, without a DSN."""
    if not settings.SENTRY_DSN:
        return False
    hide = Hide(settings.SECRETS)
    # The line of a request that failed follows its fault, which is reported already.
    ignore_logger("lms.operations.request_ids")

    def before_send(event: Event, hint: Hint) -> Event | None:
        return cleaned(event, hide)

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        release=settings.RELEASE or None,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        data_collection={
            "user_info": False,
            "cookies": {"mode": "off"},
            "http_headers": {"request": {"mode": "off"}},
            "url_query_params": {"mode": "off"},
            "http_bodies": [],
            "stack_frame_variables": False,
            "frame_context_lines": 0,
        },
        max_breadcrumbs=0,
        traces_sample_rate=0.0,
        before_send=before_send,
        transport=transport,
    )
    return True


def cleaned(event: Event, hide: Hide) -> Event:
    """Return the event without a person's data, with the id by which our log has it."""
    request = event.get("request")
    if request:
        for name in _PERSONAL:
            request.pop(name, None)
        request["url"] = str(request.get("url", "")).partition("?")[0]
    event.pop("user", None)
    event.pop("server_name", None)
    tags = event.setdefault("tags", {})
    if isinstance(tags, dict):
        tags["request_id"] = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    found: Event = hide.clean(event)
    return found
