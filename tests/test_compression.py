"""Who takes gzip gets it, and nobody else."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from lms.compression import GZipMiddleware, accepts_gzip


@pytest.mark.parametrize(
    "header",
    ["gzip", "GZIP", "br, gzip", "gzip;q=0.1", "gzip; q=1.0, br;q=0", "x-gzip", "identity;q=0, gzip ;q=0.5"],
)
def test_who_takes_it(header: str):
    assert accepts_gzip(header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "identity",
        "br",
        "gzip;q=0",
        "gzip; q=0.0",
        "br, gzip;q=0.000",
        "gzip;q=none",
        "gzipped",
        ",",
        "*;q=0",
    ],
)
def test_who_does_not(header: str):
    assert not accepts_gzip(header)


@pytest.mark.parametrize(("header", "is_packed"), [("gzip", True), ("gzip;q=0", False), ("", False)])
def test_caches_are_told_that_it_depends(header: str, is_packed: bool):
    request = RequestFactory().get("/", headers={"accept-encoding": header})
    answer = GZipMiddleware(lambda _: HttpResponse("sheep " * 100))(request)
    assert answer.has_header("Content-Encoding") is is_packed
    assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.django_db
def test_every_page_of_the_site_goes_by_it():
    page = Client(headers={"Accept-Encoding": "gzip;q=0, identity"}).get("/accounts/login/")
    assert not page.has_header("Content-Encoding")
    assert Client(headers={"Accept-Encoding": "gzip"}).get("/accounts/login/")["Content-Encoding"] == "gzip"
