from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone


class Clock:
    """The server's time, for django-otp, for Django and for the phone; it stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 9, 0, 1, tzinfo=UTC).timestamp()  # one second into a time step

    def time(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("django_otp.plugins.otp_totp.models.time.time", clock.time)
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(clock.now, tz=UTC) + timedelta(0))
    return clock


@pytest.fixture
def visitor(visit, clock):
    return visit("otp")
