"""Each mission is noticed by the demos site itself, from real requests, and not before."""

import pytest

from lessons.security.https_ssl import missions
from lessons.security.https_ssl.demo.models import Certificate
from sandbox.demos.desk import read_desk
from sandbox.demos.worlds import World

GOOD = {"names": "one", "period": "now", "key": "ec", "issuer": "authority"}
SHAKE = {"chain": "full", "oldest": "1.2", "host": "harbour.example", "trust": "mine", "newest": "1.3"}


@pytest.fixture
def harbour(visit):
    browser = visit("https_ssl")
    browser.post("authority/", {"name": "Gull Rock"})
    return browser


def done(browser) -> set[str]:
    return set(read_desk(World(browser.visitor, browser.demo))["missions"])


def certify(browser, **changes) -> None:
    browser.post("certificates/", {**GOOD, **changes})


def shake(browser, *, clear: bool = False, **changes) -> None:
    with browser.world():
        newest = Certificate.objects.order_by("-pk").first()
    browser.post("handshake/", {**SHAKE, "certificate": "" if clear else newest.pk, **changes})


def flip(browser, *switches: str, hsts: int = 0) -> None:
    browser.post("settings/", {**dict.fromkeys(switches, "on"), "hsts_seconds": hsts})


def test_looking_and_making_completes_nothing(harbour) -> None:
    certify(harbour)
    for path in ("", "handshake/", "settings/"):
        harbour.get(path)
    assert done(harbour) == set()


def test_read_along(harbour) -> None:
    certify(harbour)
    shake(harbour)
    shake(harbour, clear=True)
    shake(harbour, host="www.harbour.example")
    assert done(harbour) == set()
    shake(harbour)
    assert done(harbour) == {"read_along"}


def test_three_refusals(harbour) -> None:
    certify(harbour)
    shake(harbour, chain="leaf")
    shake(harbour, trust="others")  # the same reason once more
    shake(harbour, host="pilot.harbour.example")
    assert done(harbour) == set()
    certify(harbour, period="later")
    shake(harbour, trust="anybody")
    assert done(harbour) == set()
    shake(harbour)
    assert done(harbour) == {"three_refusals"}


def test_nothing_in_common(harbour) -> None:
    certify(harbour)
    shake(harbour, newest="1.2")
    shake(harbour, oldest="1.3")
    assert done(harbour) == set()
    shake(harbour, oldest="1.3", newest="1.2")
    assert done(harbour) == {"nothing_in_common"}


def test_around_and_around(harbour) -> None:
    flip(harbour, "ssl_redirect", "proxy_header")
    flip(harbour, "ssl_redirect")
    flip(harbour)  # without the redirect there is no loop, and nothing is opened
    assert done(harbour) == set()
    flip(harbour, "ssl_redirect", "proxy_header")
    assert done(harbour) == {"around_and_around"}


def test_fooled(harbour) -> None:
    flip(harbour, "proxy_passes_on")
    assert done(harbour) == set()
    flip(harbour, "proxy_passes_on", "proxy_header")
    assert done(harbour) == {"fooled"}


def test_nothing_to_say(harbour) -> None:
    safe = ("ssl_redirect", "session_secure", "csrf_secure", "hsts_subdomains", "hsts_preload")
    flip(harbour, *safe, hsts=3_600)
    flip(harbour, *safe, "proxy_header", "proxy_passes_on", hsts=3_600)
    assert "nothing_to_say" not in done(harbour)
    flip(harbour, *safe, "proxy_header", hsts=3_600)
    assert "nothing_to_say" in done(harbour)


def test_every_mission_is_tried_here() -> None:
    names = {name for name in vars(missions) if callable(vars(missions)[name]) and not name.startswith("_")}
    assert names == {
        "read_along",
        "three_refusals",
        "nothing_in_common",
        "around_and_around",
        "fooled",
        "nothing_to_say",
    }
