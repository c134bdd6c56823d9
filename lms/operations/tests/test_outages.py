"""A page that failed says whose fault it was, and what became of the work."""

from __future__ import annotations

import errno
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from lms.operations.outages import is_full

GONE = OperationalError('connection to server at "db" (10.0.0.3), port 5432 failed: password=s3cret')


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def failing(error: BaseException):
    return patch("lms.health.HttpResponse", side_effect=error)


def test_a_database_that_is_gone_is_said_with_when_to_come_back(client):
    with failing(GONE):
        page = client.get("/livez", headers={"Accept": "text/html", "X-Request-ID": "request-1234"})
    assert (page.status_code, page["Retry-After"]) == (503, "10")
    assert "cannot reach its database" in page.text
    assert "request-1234" in page.text
    assert "10.0.0.3" not in page.text
    assert page["X-Request-ID"] == "request-1234"


def test_a_script_is_told_in_json(client):
    with failing(GONE):
        answer = client.get("/livez", content_type="application/json", headers={"X-CSRFToken": "x"})
    assert answer.status_code == 503
    assert "cannot reach its database" in answer.json()["error"]


@pytest.mark.django_db
def test_the_api_answers_problem_details(client):
    with (
        patch("lms.api.lessons.LessonPage", side_effect=GONE),
        patch("rest_framework.views.APIView.initial", side_effect=GONE),
    ):
        answer = client.get("/api/v1/roadmap/")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Service Unavailable"


def test_a_disk_that_is_full_is_told_apart(client):
    with failing(OSError(errno.ENOSPC, "No space left on device")):
        page = client.get("/livez", headers={"Accept": "text/html"})
    assert page.status_code == 507
    assert "no space left" in page.text
    assert is_full(OperationalError("database or disk is full"))
    assert not is_full(GONE)


def test_any_other_fault_is_ours(client):
    with failing(ZeroDivisionError()):
        page = client.get("/livez", headers={"Accept": "text/html"})
    assert page.status_code == 500
    assert "That was our fault" in page.text
