"""Without a DSN nothing is reported; with one, nothing of a person."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
import sentry_sdk
import structlog
from django.http import HttpResponse
from django.test import RequestFactory
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from lms.operations.request_ids import request_ids
from lms.operations.sentry import start_sentry


class Kept(Transport):
    """A transport that keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        event = envelope.get_event()
        if event is not None:
            self.events.append(dict(event))


@pytest.fixture
def kept():
    yield Kept()
    sentry_sdk.get_global_scope().set_client(None)


def test_without_a_dsn_nothing_of_it_runs(settings, kept):
    assert settings.SENTRY_DSN == ""
    assert start_sentry(transport=kept) is False
    assert not sentry_sdk.get_client().is_active()
    sentry_sdk.capture_message("anything")
    assert kept.events == []


def test_a_fault_is_reported_under_its_requests_id_and_without_a_person(settings, kept):
    settings.SENTRY_DSN = "https://key@sentry.example.org/1"
    settings.SECRETS = ["very-secret-key"]
    assert start_sentry(transport=kept)
    with structlog.contextvars.bound_contextvars(request_id="request-1234"):
        try:
            code_of_a_learner = "print(1)"
            raise ValueError(f"jo@example.org with very-secret-key {len(code_of_a_learner)}")
        except ValueError:
            logging.getLogger("lms.grading").exception("failed")
    sentry_sdk.flush()
    (event,) = kept.events
    assert event["tags"]["request_id"] == "request-1234"
    text = json.dumps(event, default=str)
    for hidden in ("jo@example.org", "very-secret-key", "print(1)", "user"):
        assert f'"{hidden}"' not in text
        assert hidden == "user" or hidden not in text


def test_the_line_of_a_failed_request_is_not_a_fault_of_its_own(settings, kept):
    settings.SENTRY_DSN = "https://key@sentry.example.org/1"
    assert start_sentry(transport=kept)
    answer = HttpResponse(status=500)
    request_ids(lambda request: answer)(RequestFactory().get("/"))
    sentry_sdk.flush()
    assert kept.events == []
    logging.getLogger("lms.grading").error("this one is")
    sentry_sdk.flush()
    assert len(kept.events) == 1


def test_of_a_request_its_address_is_left_and_nothing_else():
    from lms.operations.redaction import Hide
    from lms.operations.sentry import cleaned

    event: Any = {
        "user": {"id": 1, "email": "jo@example.org"},
        "request": {
            "url": "https://course.example.org/search/?q=jo",
            "cookies": {"__Host-lms_session": "abc"},
            "headers": {"Cookie": "abc"},
            "query_string": "q=jo",
            "method": "GET",
        },
    }
    assert cleaned(event, Hide())["request"] == {"url": "https://course.example.org/search/", "method": "GET"}
    assert "user" not in event
