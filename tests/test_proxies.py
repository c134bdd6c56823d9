"""Behind proxies the site knows who asks, and nobody chooses that."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from allauth.account.adapter import get_adapter
from asgiref.sync import async_to_sync
from django.test import RequestFactory
from rest_framework.throttling import AnonRateThrottle

from lms.proxies import BehindProxies, client_address
from tests.stack import ROOT

REAL, PROXY = "203.0.113.9", "198.51.100.7"


@pytest.mark.parametrize(
    ("told", "proxies", "address"),
    [
        ([REAL], 1, REAL),
        # What the client itself sent stands before it, whatever it is.
        ([f"10.0.0.1, {REAL}"], 1, REAL),
        ([f"127.0.0.1, , nonsense,{REAL}"], 1, REAL),
        ([f"10.0.0.1, {REAL}, {PROXY}"], 2, REAL),
        # A proxy that adds a line of its own.
        (["10.0.0.1", REAL], 1, REAL),
        ([f"10.0.0.1, {REAL}", PROXY], 2, REAL),
        ([f"{REAL}:4711"], 1, REAL),
        (["2001:db8::1"], 1, "2001:db8::1"),
        (["[2001:DB8::1]:4711"], 1, "2001:db8::1"),
        # Past a proxy, from inside, or with words in an address's place: the connection's own holds.
        ([], 1, ""),
        ([REAL], 2, ""),
        ([f"{REAL}, unknown"], 1, ""),
        ([f"{REAL},"], 1, ""),
        # No proxy of ours: the header says anything.
        ([REAL], 0, ""),
    ],
)
def test_the_address_that_the_outermost_proxy_has_seen(told: list[str], proxies: int, address: str):
    headers = [(b"host", b"course.example.org")]
    headers += [(b"X-Forwarded-For" if REAL in line else b"x-forwarded-for", line.encode()) for line in told]
    assert client_address(headers, proxies) == address


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(("sent", "client"), [(b"10.0.0.1, 203.0.113.9", REAL), (b"", "172.18.0.5")])
def test_the_site_is_told_of_it(kind: str, sent: bytes, client: str):
    seen: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    scope = {"type": kind, "client": ("172.18.0.5", 40000), "headers": [(b"x-forwarded-for", sent)]}
    async_to_sync(BehindProxies(application, 1))(scope, None, None)
    assert seen == [client]


def test_every_limit_goes_by_that_address_and_by_no_header():
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "10.0.0.1"}, REMOTE_ADDR=REAL)
    assert get_adapter().get_client_ip(request) == REAL
    assert AnonRateThrottle().get_ident(request) == REAL


def test_the_site_is_started_with_it_and_uvicorn_believes_no_header():
    from lms.asgi import application

    assert isinstance(application, BehindProxies)
    role = (ROOT / "deploy/role").read_text()
    assert "--no-proxy-headers" in role
    assert "forwarded-allow-ips" not in role
    # nginx writes the header anew, so that there is one entry: its own.
    nginx = (ROOT / "deploy/nginx/site.conf.template").read_text()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    blueprint = yaml.safe_load((ROOT / "render.yaml").read_text())
    [course] = [service for service in blueprint["services"] if service["name"] == "course"]
    assert {"key": "TRUSTED_PROXIES", "value": "2"} in course["envVars"]
