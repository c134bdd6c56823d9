"""Celery beat, in a thread and for a minute at most. A site of its own would run `celery -A demo beat`."""

import time
from contextvars import copy_context
from threading import Thread

from celery.beat import Scheduler
from django.db import connection

from .celery import app
from .models import Beat

AT_MOST = 30  # seconds


def start() -> None:
    if not running():
        beat = Beat.objects.create(until=time.time() + AT_MOST)
        # A new thread starts with an empty context; what belongs to this request goes along.
        Thread(target=copy_context().run, args=(_tick, beat.pk), name="beat", daemon=True).start()


def stop() -> None:
    Beat.objects.all().delete()


def running() -> bool:
    return Beat.objects.filter(until__gt=time.time()).exists()


def _tick(pk: int) -> None:
    scheduler = Scheduler(app)
    while Beat.objects.filter(pk=pk, until__gt=time.time()).exists():
        wait = scheduler.tick()
        connection.close()
        time.sleep(min(max(wait, 0.05), 0.5))
    connection.close()
