"""Questions and orders to the worker, through the broker: `celery inspect` and `celery control`."""

import os
import signal

from django.db import transaction

from .board import Lane, card
from .celery import app
from .journal import note
from .models import Event, Job

PATIENCE = 3.0  # seconds


def broker() -> dict:
    scheme = app.conf.broker_url.partition(":")[0]
    names = {"redis": "Redis", "rediss": "Redis", "memory": "memory", "filesystem": "files on this machine"}
    return {"scheme": scheme, "name": names.get(scheme, scheme), "waiting": waiting()}


def waiting() -> int | None:
    """How many messages lie in the queue, of all visitors; None where the broker does not answer."""
    connection = app.connection_for_read()
    try:
        with connection.channel() as channel:
            return channel.queue_declare(queue=app.conf.task_default_queue, passive=True).message_count
    except (*connection.connection_errors, *connection.channel_errors):
        return None
    finally:
        connection.release()


def inspect(what: str) -> list[dict]:
    """One worker's answer: `active`, `reserved` or `scheduled`."""
    answer = getattr(app.control.inspect(timeout=PATIENCE, limit=1), what)()
    return [
        task.get("request", task) | {"eta": task.get("eta")}
        for tasks in (answer or {}).values()
        for task in tasks
    ]


# region: kill
@transaction.atomic
def kill(job: Job) -> int | None:
    """SIGKILL for the process that runs this job's task: no handler, no goodbye. Returns its id."""
    # While this transaction may write, the task may not: it does not die in the middle of a row.
    lanes = {lane.task_id: lane for lane in card(job).running}
    for task in inspect("active"):
        if task["id"] in lanes and task["worker_pid"]:
            os.kill(task["worker_pid"], signal.SIGKILL)
            remember(job, lanes[task["id"]], Event.Kind.KILLED, task["worker_pid"])
            return task["worker_pid"]
    return None


# endregion: kill


# region: revoke
@transaction.atomic
def revoke(job: Job, terminate: bool) -> None:
    """Tell the workers to leave these out; with `terminate`, to stop what runs, by SIGTERM."""
    found = card(job)
    wait = {"reply": True, "timeout": PATIENCE, "limit": 1}
    for lane in found.running + found.waiting:
        app.control.revoke(lane.task_id, terminate=terminate, **wait)
        remember(job, lane, Event.Kind.REVOKED)


# endregion: revoke


def remember(job: Job, lane: Lane, kind: Event.Kind, pid: int | None = None) -> None:
    note(kind, str(job.pk), lane.task_id, lane.name, pid)
