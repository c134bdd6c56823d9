"""The cache while Redis is gone, and when it is back."""

from __future__ import annotations

import time

import pytest

from lms.caching import ASK_AGAIN, FORGET, RedisOrMemoryCache
from tests.services import redis_server
from tests.stack import free_ports

pytestmark = pytest.mark.services


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture
def cache(port: int) -> RedisOrMemoryCache:
    cache = RedisOrMemoryCache(f"redis://127.0.0.1:{port}/0", {"KEY_PREFIX": "test"})
    cache._memory.clear()
    return cache


def test_without_redis_it_remembers_by_itself_and_counts(cache: RedisOrMemoryCache):
    cache.set("a", 1)
    assert (cache.get("a"), cache.incr("a"), cache.get_many(["a", "b"])) == (1, 2, {"a": 2})
    assert cache.add("a", 5) is False
    assert "a" in cache
    assert cache.get_or_set("c", lambda: 3) == 3
    assert cache.delete("a")
    assert cache.get("a", "nothing") == "nothing"


def test_it_does_not_wait_for_redis_at_every_question(cache: RedisOrMemoryCache):
    cache.get("a")
    with redis_server_at(cache):
        cache.set("a", "in memory")
        cache._gone_until = time.monotonic()
        assert cache.get("a") is None, "Redis is asked again, and does not have it"
        cache.set("a", "in Redis")
    assert cache.get("a") == "in memory"
    assert cache._gone_until > time.monotonic() + ASK_AGAIN - 1


def test_what_an_earlier_time_left_is_forgotten(cache: RedisOrMemoryCache):
    cache.set("a", "old")
    cache._gone_until -= FORGET + ASK_AGAIN
    assert cache.get("a") is None


def redis_server_at(cache: RedisOrMemoryCache):  # type: ignore[no-untyped-def]
    return redis_server(int(str(cache._servers[0]).rsplit(":", 1)[1].split("/")[0]))
