"""Celery's signals, written down. Those of sending come where a task is sent, the others where it runs."""

import os
import time

from celery import signals

from .models import Event, Job

# Of a message's headers: what a worker goes by.
SHOWN = ("task", "id", "root_id", "parent_id", "group", "eta", "expires", "retries", "timelimit")


def job_of(kwargs) -> str | None:
    return kwargs.get("job") if isinstance(kwargs, dict) else None


@signals.before_task_publish.connect(dispatch_uid="lab")
def sent(sender, headers, body, routing_key=None, **_):
    eta = headers.get("eta")
    message = {name: headers.get(name) for name in SHOWN}
    data = {"queue": routing_key, "eta": eta, "pid": os.getpid(), "headers": message, "body": body}
    note(Event.Kind.SENT, job_of(body[1]), headers["id"], sender, **data)


@signals.task_prerun.connect(dispatch_uid="lab")
def started(task_id, task, kwargs, **_):
    data = {"retries": task.request.retries, "acks_late": task.acks_late}
    note(Event.Kind.STARTED, job_of(kwargs), task_id, task.name, os.getpid(), **data)


@signals.task_postrun.connect(dispatch_uid="lab")
def ended(task_id, task, kwargs, retval=None, state=None, **_):
    data = {"state": state, "result": repr(retval)[:200], "retries": task.request.retries}
    note(Event.Kind.ENDED, job_of(kwargs), task_id, task.name, os.getpid(), **data)


def note(kind, job, task_id, task, pid=None, **data) -> None:
    """Nothing, where the job is gone: a message may be older than a reset."""
    if job is not None and Job.objects.filter(pk=job).exists():
        Event.objects.create(
            job_id=job, task_id=task_id, task=task, kind=kind, at=time.time(), pid=pid, data=data
        )
