"""The cache where there is Redis: pages and rate limits go on while it is gone."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import TimeoutError as RedisSlow

logger = logging.getLogger(__name__)

ASK_AGAIN = 2.0  # seconds
FORGET = 60.0  # seconds: what an earlier time without Redis left is not taken up again


class RedisOrMemoryCache(RedisCache):
    """Redis; while it cannot be reached, this process's memory.

    Nothing here is kept for long, so a cache that forgets costs time only. Attempts are still counted, for
    each process by itself.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._memory = LocMemCache("while-redis-is-gone", {**params, "OPTIONS": {}})
        self._gone_until = 0.0

    def _ask(self, name: str, *args: Any, **options: Any) -> Any:
        if time.monotonic() >= self._gone_until:
            try:
                return getattr(RedisCache, name)(self, *args, **options)
            except (RedisGone, RedisSlow) as error:
                self._note(error)
        return getattr(self._memory, name)(*args, **options)

    def _note(self, error: Exception) -> None:
        now = time.monotonic()
        if now - self._gone_until > FORGET:
            logger.warning("the cache is out of reach, and this process's memory is used: %s", error)
            self._memory.clear()
        self._gone_until = now + ASK_AGAIN


def _asking(name: str) -> Callable[..., Any]:
    def method(self: RedisOrMemoryCache, *args: Any, **options: Any) -> Any:
        return self._ask(name, *args, **options)

    method.__name__ = name
    return method


for _name in (
    "add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear",
):  # fmt: skip
    setattr(RedisOrMemoryCache, _name, _asking(_name))
