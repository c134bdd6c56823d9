"""The site on one's own machine is at localhost, however it was asked for."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from lms.one_name import one_name


@pytest.mark.parametrize(
    ("host", "accept", "method", "leads"),
    [
        ("127.0.0.1:8000", "text/html,*/*", "get", "http://localhost:8000/a/?b=1"),
        ("[::1]:8000", "text/html", "get", "http://localhost:8000/a/?b=1"),
        ("localhost:8000", "text/html", "get", None),
        ("127.0.0.1:8000", "application/json", "get", None),
        ("127.0.0.1:8000", "text/html", "post", None),
    ],
)
def test_a_page_asked_for_by_address_is_led_to_the_name(settings, host, accept, method, leads):
    settings.WAGTAILADMIN_BASE_URL = "http://localhost:8000"
    settings.ALLOWED_HOSTS = ["*"]
    request = getattr(RequestFactory(), method)("/a/?b=1", headers={"host": host, "accept": accept})
    answer = one_name(lambda request: HttpResponse())(request)
    assert answer.get("Location") == leads
