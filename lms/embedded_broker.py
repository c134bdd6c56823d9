"""Celery's messages within one process, without a pause between two looks at the queue.

Kombu's transport in memory sleeps between its looks: a submission waited half of that for nothing, and a site
that nobody visits looked a hundred times a second. This one is woken.
"""

from __future__ import annotations

import threading
import time
from queue import Empty
from typing import Any

from kombu.transport import memory

# Seconds between two looks all the same: who changes how many messages may be taken at once tells nobody.
LOOK_EVERY = 0.5


class _News:
    """Counts what has happened, for whoever waits for something to happen."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.count = 0

    def tell(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Until there is more than was `seen`, for so long at most."""
        with self._changed:
            self._changed.wait_for(lambda: self.count != seen, seconds)


_news = _News()


class Channel(memory.Channel):
    """Tells of what comes in, and of what is done with: there may be room for one more then."""

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        super()._put(queue, message, **kwargs)
        _news.tell()

    def _put_fanout(self, exchange: str, message: Any, routing_key: str | None = None, **kwargs: Any) -> None:
        super()._put_fanout(exchange, message, routing_key, **kwargs)
        _news.tell()

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        _news.tell()

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        super().basic_reject(delivery_tag, requeue)
        _news.tell()


class Transport(memory.Transport):
    """`CELERY_BROKER_TRANSPORT` of the embedded worker."""

    Channel = Channel
    cycle: Any

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        """Deliver one message. Raises TimeoutError where none has come within so many seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            # First counted, then looked: what comes in between is not slept over.
            seen = _news.count
            try:
                self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                left = LOOK_EVERY if end is None else end - time.monotonic()
                if left <= 0:
                    raise TimeoutError from None
                _news.wait(seen, min(left, LOOK_EVERY))
            else:
                return
