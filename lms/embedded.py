"""The Celery worker and beat inside the web process, where there is no Redis.

The broker and the channel layer are in memory, so they exist in one process only; `manage.py up`
refuses to start a second one.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

from celery.beat import EmbeddedService, Scheduler
from django.conf import settings

from lms.celery import app
from lms.grading.live import use_server_loop
from lms.grading.preview import previews
from lms.grading.tasks import enqueue_after_restart

logger = logging.getLogger(__name__)
WORKER_THREAD = "celery-worker"


def worker_is_alive() -> bool:
    """Return whether this process has a worker that takes submissions."""
    return any(thread.name == WORKER_THREAD for thread in threading.enumerate())


class EmbeddedCelery:
    """Starts and stops one worker with threads, and beat."""

    def __init__(self) -> None:
        self._worker = app.WorkController(
            pool_cls="threads",
            concurrency=settings.EMBEDDED_CONCURRENCY,
            hostname="embedded@localhost",
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
        self._beat = EmbeddedService(app, thread=True, scheduler_cls=Scheduler)
        self._thread = threading.Thread(target=self._worker.start, name=WORKER_THREAD, daemon=True)

    def start(self) -> None:
        # Every task is registered by now (autodiscovery is lazy); a worker that starts earlier refuses them.
        app.loader.import_default_modules()
        self._thread.start()
        self._beat.start()
        count = enqueue_after_restart()
        if count:
            logger.warning("%d submissions from before the restart are graded now", count)

    def stop(self, timeout: float = 15) -> None:
        """Let the running tasks end, for `timeout` seconds; what is left is graded after the next start."""
        self._beat.stop()
        self._worker.stop()
        self._thread.join(timeout)


class LifespanWithCelery:
    """An ASGI application that runs the embedded worker for as long as the server lives."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        celery: EmbeddedCelery | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                use_server_loop(asyncio.get_running_loop())
                celery = await asyncio.to_thread(self._start)
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(previews.close_all)
                if celery is not None:
                    await asyncio.to_thread(celery.stop)
                use_server_loop(None)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _start(self) -> EmbeddedCelery:
        celery = EmbeddedCelery()
        celery.start()
        return celery


async def plain_lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The server's start and stop where the worker is a process of its own."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await asyncio.to_thread(previews.close_all)
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
