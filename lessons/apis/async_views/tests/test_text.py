"""The text's claims, tried."""

import asyncio
import gc
import time
import warnings
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import SynchronousOnlyOperation
from django.core.signals import request_finished
from django.db import connections, transaction
from django.http import StreamingHttpResponse

from lessons.apis.async_views.demo.models import Buoy
from lessons.apis.async_views.demo.seed import BUOYS

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()


@pytest.fixture
def world(visit):
    with visit("async_views").world():
        yield


def test_the_numbers_that_the_text_names():
    assert f"{sum(BUOYS.values()):,} ms here, the sum of the delays" in TEXT
    assert f"the slowest buoy, about {max(BUOYS.values())} ms" in TEXT


def test_nothing_is_sent_before_the_refusal(visit):
    visitor = visit("async_views")
    assert visitor.get("rows/direct/").status_code == 500
    assert visitor.traces[-1]["queries"] == []


def test_a_transaction_is_no_async_context_manager(world):
    async def asynchronous():
        async with transaction.atomic():
            pass

    async def synchronous():
        with transaction.atomic():
            pass

    with pytest.raises(TypeError, match="asynchronous context manager"):
        asyncio.run(asynchronous())
    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(synchronous())


def test_the_switch_lets_the_query_block(world, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

    async def count():
        return Buoy.objects.count()

    assert asyncio.run(count()) == 8


def test_async_for_fetches_everything_first(world):
    async def first():
        queryset = Buoy.objects.all()
        async for _ in queryset:
            return len(queryset._result_cache)

    assert asyncio.run(first()) == 8


def test_a_thread_of_its_own_keeps_its_connection(world):
    """The end of the request closes what its own thread has opened, and no other's."""
    open_ones = []

    def ask():
        Buoy.objects.count()
        return connections["default"]

    async def request():
        own = await sync_to_async(ask)()
        other = await sync_to_async(ask, thread_sensitive=False)()
        await request_finished.asend(sender=None)
        open_ones.extend(one.connection is not None for one in (own, other))
        await sync_to_async(connections.close_all, thread_sensitive=False)()

    asyncio.run(request())
    assert open_ones == [False, True]


async def fail(words, seconds):
    await asyncio.sleep(seconds)
    raise ValueError(words)


def test_a_second_exception_under_gather_is_never_seen():
    complaints = []

    async def run():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        with pytest.raises(ValueError, match="first"):
            await asyncio.gather(fail("first", 0.01), fail("second", 0.02))
        await asyncio.sleep(0.05)
        gc.collect()

    asyncio.run(run())
    assert complaints == []


def test_a_thread_is_not_cancelled():
    ended = []

    def work():
        time.sleep(0.1)
        ended.append(True)

    async def run():
        task = asyncio.create_task(sync_to_async(work)())
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    for _ in range(100):
        if ended:
            break
        time.sleep(0.02)
    assert ended == [True]


def test_cancellation_is_no_exception_and_a_task_that_swallows_it_goes_on():
    assert not issubclass(asyncio.CancelledError, Exception)
    steps = []

    async def stubborn():
        try:
            await asyncio.sleep(1)
        except BaseException:  # noqa: BLE001 - the mistake that the text shows
            steps.append("caught")
        steps.append("goes on")

    async def run():
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    asyncio.run(run())
    assert steps == ["caught", "goes on"]


def test_a_stream_of_the_other_kind_is_read_to_its_end_first():
    sent = []

    def sync_parts():
        for number in range(3):
            sent.append(number)
            yield b"x"

    async def async_parts():
        for number in range(3):
            sent.append(number)
            yield b"x"

    async def first_of_async():
        async for _ in StreamingHttpResponse(sync_parts()):
            return list(sent)

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        assert asyncio.run(first_of_async()) == [0, 1, 2]
        sent.clear()
        next(iter(StreamingHttpResponse(async_parts())))
        assert sent == [0, 1, 2]
    assert sum("StreamingHttpResponse must consume" in str(one.message) for one in heard) == 2
