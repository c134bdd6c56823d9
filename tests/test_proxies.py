"""Behind proxies the site knows who asks, and nobody chooses that."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_cache_key, parse_rate
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client, RequestFactory

from lms.api.throttles import AnonThrottle, SubmitThrottle, UserThrottle
from lms.proxies import BehindProxies, client_address, subscriber
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
        # An address of IPv4, as a proxy that listens to both kinds calls it.
        ([f"::ffff:{REAL}"], 1, REAL),
        ([f"[::ffff:{REAL}]:4711"], 1, REAL),
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
@pytest.mark.parametrize(
    ("sent", "connection", "client"),
    [
        (b"10.0.0.1, 203.0.113.9", "172.18.0.5", REAL),
        (b"", "172.18.0.5", "172.18.0.5"),
        (b"", "::ffff:172.18.0.5", "172.18.0.5"),
        (b"", "fd00::5", "fd00::5"),
    ],
)
def test_the_site_is_told_of_it(kind: str, sent: bytes, connection: str, client: str):
    seen: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    scope = {"type": kind, "client": (connection, 40000), "headers": [(b"x-forwarded-for", sent)]}
    async_to_sync(BehindProxies(application, 1))(scope, None, None)
    assert seen == [client]


def test_a_connection_without_an_address_is_let_through_as_it_is():
    """That of a unix socket."""
    seen: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"])

    async_to_sync(BehindProxies(application, 1))({"type": "http", "client": None, "headers": []}, None, None)
    assert seen == [None]


def test_every_limit_goes_by_that_address_and_by_no_header():
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "10.0.0.1"}, REMOTE_ADDR=REAL)
    request.user = AnonymousUser()
    assert get_adapter().get_client_ip(request) == REAL
    assert settings.REST_FRAMEWORK["DEFAULT_THROTTLE_CLASSES"] == [
        f"lms.api.throttles.{throttle.__name__}" for throttle in (AnonThrottle, UserThrottle)
    ]
    for throttle in (AnonThrottle, UserThrottle, SubmitThrottle):
        assert throttle().get_cache_key(request, None).endswith(f"_{REAL}")


@pytest.mark.parametrize(
    ("one", "another", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.10", False),
        ("", "2001:db8::1", False),
    ],
)
def test_a_limit_counts_a_network_of_ipv6_and_an_address_of_ipv4(one: str, another: str, same: bool):
    assert (subscriber(one) == subscriber(another)) is same
    keys: list[set[str]] = [set(), set()]
    for found, address in zip(keys, (one, another), strict=True):
        request = RequestFactory().post("/", REMOTE_ADDR=address)
        request.user = AnonymousUser()
        found |= {f"{t.__name__}{t().get_cache_key(request, None)}" for t in (AnonThrottle, SubmitThrottle)}
        if address:
            rate = parse_rate("5/m/ip")
            found.add(get_cache_key(request, app="allauth.account", action="login", rate=rate))
    assert (keys[0] == keys[1]) is same
    assert same or not keys[0] & keys[1]


@pytest.mark.django_db
def test_whoever_takes_another_address_of_their_network_is_still_slowed_down(monkeypatch):
    cache.clear()
    monkeypatch.setattr(AnonThrottle, "THROTTLE_RATES", {**AnonThrottle.THROTTLE_RATES, "anon": "2/min"})
    answers = [
        Client(REMOTE_ADDR=address).get("/api/v1/exercises/").status_code
        for address in ("2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2::3", "2001:db8:1:3::1")
    ]
    assert answers == [200, 200, 429, 200]
    cache.clear()


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
