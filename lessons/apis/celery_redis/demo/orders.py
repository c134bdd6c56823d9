"""From a form to a message: one function a kind of job."""

from collections.abc import Callable
from datetime import timedelta

from celery import chain, chord
from django.db import transaction
from django.utils import timezone

from . import tasks
from .board import card
from .models import Job

MOST_UNFINISHED = 8


class LabIsFull(Exception):
    pass


def hand_in(kind: str, title: str, options: dict) -> Job:
    """Write the job down, and send its message once that is committed."""
    with transaction.atomic():
        if unfinished() >= MOST_UNFINISHED:
            raise LabIsFull(f"{MOST_UNFINISHED} jobs are under way. Wait, or take one back.")
        job = Job.objects.create(kind=kind, title=title, options=options)
        # A worker may be faster than a COMMIT, and would find no such row.
        transaction.on_commit(lambda: SEND[kind](job))
    return job


def unfinished() -> int:
    return sum(not card(job).finished for job in Job.objects.order_by("-created_at")[: 3 * MOST_UNFINISHED])


def develop(job: Job) -> None:
    tasks.develop.delay(job=str(job.pk))


def charge(job: Job) -> None:
    tasks.charge.delay(job=str(job.pk))


def remind(job: Job) -> None:
    options = {"countdown": job.options["seconds"]}
    if job.options["how"] == "eta":
        options = {"eta": timezone.now() + timedelta(seconds=job.options["seconds"])}
    if job.options["expires"]:
        options["expires"] = job.options["expires"]
    tasks.remind.apply_async(kwargs={"job": str(job.pk)}, **options)


# region: canvas
def in_a_row(job: Job) -> None:
    key = str(job.pk)
    steps = [tasks.develop.si(job=key), tasks.scan.s(job=key), tasks.remind.si(job=key)]
    result = chain(*steps).delay()
    remember(job, result.parent.parent, result.parent, result)


def together(job: Job) -> None:
    key = str(job.pk)
    numbers = range(1, job.options["frames"] + 1)
    frames = [tasks.scan_frame.s(number, job=key) for number in numbers]
    body = chord(frames)(tasks.contact_sheet.s(job=key))
    remember(job, body)


# endregion: canvas


def remember(job: Job, *results) -> None:
    names = {Job.Kind.CHAIN: ["lab.develop", "lab.scan", "lab.remind"], Job.Kind.CHORD: ["lab.contact_sheet"]}
    job.plan = [[result.id, name] for result, name in zip(results, names[job.kind], strict=True)]
    job.save(update_fields=["plan"])


def print_series(job: Job) -> None:
    task = {"early": tasks.print_early, "late": tasks.print_late, "again": tasks.print_again}
    task[job.options["acks"]].delay(job=str(job.pk))


SEND: dict[str, Callable[[Job], None]] = {
    Job.Kind.DEVELOP: develop,
    Job.Kind.CHARGE: charge,
    Job.Kind.REMIND: remind,
    Job.Kind.CHAIN: in_a_row,
    Job.Kind.CHORD: together,
    Job.Kind.PRINT: print_series,
}
