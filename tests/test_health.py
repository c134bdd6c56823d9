"""What `/readyz` tells, and whom."""

from __future__ import annotations

import ipaddress
import json

import pytest
from django.test import Client

from lms import health

pytestmark = pytest.mark.django_db
AWAY = "203.0.113.9"


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts of a site whose jail has gone; how often each was looked at."""
    seen: list[str] = []

    def broken() -> None:
        seen.append("grader")
        raise health.NotReady("no jail answers on jail.sock (No such file or directory)")

    monkeypatch.setattr(health, "CHECKS", {"database": lambda: seen.append("database"), "grader": broken})
    monkeypatch.setattr(health, "for_strangers", health.Remembered())
    return seen


def ask(address: str = AWAY, **headers: str) -> tuple[int, dict[str, object]]:
    answer = Client(REMOTE_ADDR=address).get("/readyz", headers=headers)
    assert "no-cache" in answer["Cache-Control"]
    return answer.status_code, json.loads(answer.content)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_on_this_machine_each_part_is_named(looks: list[str], address: str):
    status, parts = ask(address)
    assert status == 503
    assert parts["database"] == "ok"
    assert "no jail answers" in str(parts["grader"])


@pytest.mark.parametrize("address", [AWAY, "10.0.0.1", "", "nonsense"])
def test_a_stranger_is_told_whether_and_no_more(looks: list[str], address: str):
    assert ask(address) == (503, {"ready": False})


def test_neither_is_whoever_comes_through_a_proxy_on_this_machine(looks: list[str]):
    assert ask("127.0.0.1", **{"X-Forwarded-For": AWAY}) == (503, {"ready": False})


def test_whoever_may_read_the_metrics_may_read_this(settings, looks: list[str]):
    settings.METRICS_NETWORKS = [ipaddress.ip_network("10.0.0.0/8")]
    settings.METRICS_TOKEN = "a-token-for-prometheus"
    assert "grader" in ask("10.1.2.3")[1]
    assert "grader" in ask(Authorization="Bearer a-token-for-prometheus")[1]
    assert ask(Authorization="Bearer another")[1] == {"ready": False}


def test_strangers_who_ask_often_make_no_work(looks: list[str], monkeypatch: pytest.MonkeyPatch):
    for _ in range(5):
        assert ask() == (503, {"ready": False})
    assert looks == ["database", "grader"]
    monkeypatch.setattr(health, "CHECKS", {"database": lambda: None})
    assert ask() == (503, {"ready": False})
    monkeypatch.setattr(health, "GOOD_FOR", 0.0)
    health.for_strangers.forget()
    assert ask() == (200, {"ready": True})
