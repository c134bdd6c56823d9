"""From something that happens to the repository to runs, and to those that must give way to them."""

import hashlib
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from . import documents, plan, schema
from .events import Event, refusal
from .models import File, PullRequest, Run, Secret
from .seed import WORKFLOW

LONGEST = timedelta(minutes=3)  # a run that has not ended by then never will: its page is gone


class NotAWorkflow(ValueError):
    """The file is refused: GitHub would show an error instead of a run."""


def context_of(run: Run) -> dict[str, Any]:
    """What every job of the run knows."""
    workflow, event = workflow_of(run), event_of(run)
    return {
        "github": event.context(run.number, str(workflow.get("name", WORKFLOW))),
        "env": workflow.get("env") or {},
        "vars": {},
        "inputs": event.inputs,
    }


def workflow_of(run: Run) -> dict[str, Any]:
    return documents.read(run.workflow).data


def event_of(run: Run) -> Event:
    return Event(**{**run.event, "changed": tuple(run.event["changed"])})


def jobs_of(run: Run) -> list[plan.Job]:
    return plan.jobs_of(workflow_of(run), context_of(run))


def secrets_for(run: Run, job: plan.Job) -> dict[str, str]:
    """A pull request from a fork gets none. Those of an environment go to jobs that name it."""
    if run.event["name"] == "pull_request":
        return {}
    found = Secret.objects.filter(environment__in={"", job.environment})
    return {secret.name: secret.value for secret in found}


def push(branch: str, title: str) -> tuple[list[Run], list[str]]:
    files = list(File.objects.all())
    changed = tuple(file.path for file in files if file.text != file.pushed)
    runs, refusals = _happen([Event("push", branch, title, _sha(files, title), changed)])
    if runs:
        for file in files:
            file.pushed = file.text
        File.objects.bulk_update(files, ["pushed"])
    return runs, refusals


def dispatch() -> tuple[list[Run], list[str]]:
    return _happen([Event("workflow_dispatch", sha=_sha(File.objects.all(), "by hand"))])


def open_pull_request() -> tuple[list[Run], list[str]]:
    """One pull request is two events: one runs what it brings, the other what is there already."""
    fork = PullRequest.objects.get()
    changed = tuple(file.path for file in File.objects.filter(path="tides/tests.py").exclude(text=fork.tests))
    sha = hashlib.sha1(fork.tests.encode(), usedforsecurity=False).hexdigest()
    events = [
        Event(name, fork.branch, fork.title, sha, changed) for name in ("pull_request", "pull_request_target")
    ]
    return _happen(events, {"tides/tests.py": fork.tests})


def _sha(files: Any, title: str) -> str:
    every = title + "".join(file.path + file.text for file in files)
    return hashlib.sha1(every.encode(), usedforsecurity=False).hexdigest()


def _happen(events: list[Event], fork: dict[str, str] | None = None) -> tuple[list[Run], list[str]]:
    text = File.objects.get(path=WORKFLOW).text
    document = documents.read(text)
    if found := schema.problems(document):
        raise NotAWorkflow(f"Invalid workflow file, line {found[0].line}: {found[0].text}")
    runs, refusals = [], []
    for event in events:
        if why := refusal(document.data["on"], event):
            refusals.append(f"{event.name}: {why}")
        else:
            runs.append(_new_run(text, event, fork or {}))
    return runs, refusals


@transaction.atomic
def _new_run(workflow: str, event: Event, fork: dict[str, str]) -> Run:
    number = (Run.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    files = dict(File.objects.values_list("path", "text"))
    run = Run(number=number, event=asdict(event), workflow=workflow, files=files, fork=fork)
    try:
        jobs_of(run)
        run.group, cancels = plan.group_of(workflow_of(run), context_of(run))
    except (plan.BadPlan, plan.expressions.BadExpression) as error:
        raise NotAWorkflow(f"Invalid workflow file: {error}") from error
    if run.group:
        _give_way(run, cancels)
    run.save()
    return run


def _give_way(run: Run, cancels: bool) -> None:
    """In a group one run goes on and one waits at most; the newest is the one that waits."""
    others = Run.objects.filter(group=run.group).exclude(state=Run.State.DONE)
    lost = others.filter(state=Run.State.RUNNING, started_at__lt=timezone.now() - LONGEST)
    lost.update(state=Run.State.DONE, conclusion="cancelled", reason="Its page was closed.")
    reason = f"Run #{run.number} of the same group came."
    replaced = {"conclusion": "cancelled", "reason": reason}
    going = others.filter(state__in=[Run.State.QUEUED, Run.State.RUNNING])
    ended = list(others.filter(state=Run.State.PENDING).values_list("number", flat=True))
    others.filter(state=Run.State.PENDING).update(state=Run.State.DONE, **replaced)
    if cancels:
        ended += going.values_list("number", flat=True)
        going.filter(state=Run.State.QUEUED).update(state=Run.State.DONE, **replaced)
    elif going.exists():
        run.state = Run.State.PENDING
    send = async_to_sync(get_channel_layer().group_send)
    for number in ended:
        send(f"run-{number}", {"type": "run.cancel", "reason": reason})
