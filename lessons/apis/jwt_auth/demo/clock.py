"""The lockers' clock, which a visitor may turn. It is the machine's clock and a difference.

The difference lies in the cache, so that reading it is no query: how many queries a request makes is one of
the things to look at here.
"""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

KEY = "jwt_auth:fast_by"


def fast_by() -> timedelta:
    return timedelta(seconds=cache.get(KEY, 0))


def now() -> datetime:
    return timezone.now() + fast_by()


def turn(seconds: int) -> None:
    """Forward by so many seconds; 0 sets it right."""
    cache.set(KEY, int(fast_by().total_seconds()) + seconds if seconds else 0, timeout=None)
