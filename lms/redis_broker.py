"""Celery's messages through Redis, for a worker that outlives the line to it."""

from __future__ import annotations

from typing import Any

from kombu.transport import redis


class Channel(redis.Channel):
    """Of a line that has been put away it says so by an error of connections, for which Celery is ready.

    With kombu 5.7 it is an AttributeError, and the worker ends by it: where the line is lost while two
    channels wait and a task is at work, and where a task ends that was begun before the line was lost.
    Nothing is lost with the messages: the rows say what is left to do.
    """

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection.client is None:
            raise ConnectionResetError("this line to Redis has been put away")
        params: dict[str, Any] = super()._connparams(asynchronous=asynchronous)
        return params


class Transport(redis.Transport):
    """`CELERY_BROKER_TRANSPORT` where there is Redis."""

    Channel = Channel
