"""Redis ends while a worker waits for it and has work in hand: the worker stays."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import kombu
import pytest
from celery import Celery
from celery.worker.consumer import Consumer

from tests.faults.servers import redis

pytestmark = pytest.mark.services


class Lost(NamedTuple):
    app: Celery
    line: kombu.Connection
    messages: list[kombu.Message]


@pytest.fixture
def lost(tmp_path: Path, transport: str) -> Iterator[Lost]:
    """A line with two channels, on each a message that is not done and a wait for the next; Redis is gone."""
    server = redis(tmp_path / "redis")
    server.start()
    app = Celery(broker=f"redis://127.0.0.1:{server.port}/0", set_as_current=False)
    app.conf.update(broker_transport=transport, worker_enable_prefetch_count_reduction=False)
    try:
        line = app.connection_for_read()
        heard: list[kombu.Message] = []
        channels = []
        for name in ("grading", "control"):
            channel = line.default_channel if name == "grading" else line.channel()
            channels.append(channel)
            kombu.Consumer(
                channel, [kombu.Queue(name)], callbacks=[lambda _, message: heard.append(message)]
            ).consume()
            kombu.Producer(channel).publish(name, routing_key=name)
        with contextlib.suppress(TimeoutError):
            while True:
                line.drain_events(timeout=1 if len(heard) < 2 else 0.3)
        assert len(heard) == 2
    finally:
        server.stop()
    yield Lost(app, line, heard)
    for channel in channels:
        # At the end of this process kombu would give it back, to a server that has gone.
        channel.qos._delivered.clear()


def lose(app: Celery, line: kombu.Connection) -> None:
    """What Celery's worker does when a line is lost, short of making a new one."""
    worker = Consumer.__new__(Consumer)
    worker.app, worker.connection, worker.qos_global = app, line, False
    worker.on_connection_error_after_connected(ConnectionResetError())


@pytest.mark.parametrize("transport", ["redis"])
def test_with_kombus_own_the_worker_would_end(lost):
    """When this fails, kombu is mended, and lms/redis_broker.py can go."""
    with pytest.raises(AttributeError, match="hostname"):
        lose(lost.app, lost.line)


@pytest.mark.parametrize("transport", ["lms.redis_broker:Transport"])
def test_the_worker_outlives_the_line(lost, caplog):
    lose(lost.app, lost.line)
    for message in lost.messages:
        message.ack_log_error(logging.getLogger("worker"), lost.app.connection_for_read().connection_errors)
    assert caplog.text.count("Couldn't ack") == 2


def test_the_course_has_this_one():
    code = "import django; from django.conf import settings; print(settings.CELERY_BROKER_TRANSPORT)"
    for url, expected in (
        ("redis://127.0.0.1:1/0", "lms.redis_broker:Transport"),
        ("", "lms.embedded_broker:Transport"),
    ):
        environment = {**os.environ, "REDIS_URL": url, "DJANGO_SETTINGS_MODULE": "lms.settings.dev"}
        said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert said.stdout.strip() == expected, said.stderr
