"""What a throttle remembers of somebody: the times of their requests, in the cache."""

from dataclasses import dataclass

from django.http import HttpRequest
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from .throttles import FewReports

WIDTH = 600


@dataclass(frozen=True)
class Window:
    key: str
    rate: str
    ages: list[float]  # seconds since each request that was let through, newest first
    duration: int
    allowed: int

    @property
    def dots(self) -> list[dict]:
        return [{"age": age, "x": round(WIDTH - WIDTH * age / self.duration, 1)} for age in self.ages]

    @property
    def left(self) -> int:
        return max(0, self.allowed - len(self.ages))

    @property
    def free_in(self) -> float:
        return 0 if self.left else self.duration - self.ages[-1]


def seen_by(request: HttpRequest, cache) -> Window:
    throttle = FewReports()
    key = throttle.get_cache_key(Request(request, authenticators=[SessionAuthentication()]), view=None)
    now = throttle.timer()
    history = [now - moment for moment in cache.get(key, [])]
    ages = [age for age in history if age < throttle.duration]
    return Window(key, throttle.rate, ages, throttle.duration, throttle.num_requests)
