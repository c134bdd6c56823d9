import asyncio
import json
import time

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from . import beat, orders, worker
from .board import card
from .forms import FORMS
from .models import Job, Round

SHOWN = 5  # jobs on a page
STREAM_FOR = 45.0  # seconds
EVERY = 0.4  # seconds


def home(request: HttpRequest) -> HttpResponse:
    return redirect("celery_redis:counter", Job.Kind.DEVELOP)


def counter(request: HttpRequest, kind: str) -> HttpResponse:
    form = form_of(kind, request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                job = orders.hand_in(kind, f"Order {Job.objects.count() + 101}", form.cleaned_data)
            except orders.LabIsFull as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"{job.title} is in the queue. This answer did not wait for it.")
                return redirect("celery_redis:counter", kind)
        status = 429 if not form.errors.keys() - {"__all__"} else 400
    context = {
        "kind": kind,
        "form": form,
        "kinds": Job.Kind.choices,
        "label": Job.Kind(kind).label,
        "broker": worker.broker(),
    }
    return render(request, "celery_redis/counter.html", context | board_of(kind), status=status)


def form_of(kind: str, data=None):
    if kind not in FORMS:
        raise Http404
    return FORMS[kind](data)


def board_of(kind: str) -> dict:
    cards = [card(job) for job in Job.objects.filter(kind=kind).order_by("-created_at")[:SHOWN]]
    return {"cards": cards, "busy": any(not found.finished for found in cards)}


@require_GET
async def live(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The board as it changes, until nothing is under way any more."""
    form_of(kind)

    @sync_to_async
    def drawn(seen: list[str]) -> tuple[dict[str, str], list[str], bool]:
        context = board_of(kind)
        part = {"board": render_to_string("celery_redis/board.html", context, request)}
        keys = [found.key for found in context["cards"]]
        if keys != seen:  # something has happened: the queue may be another one
            part["broker"] = render_to_string("celery_redis/broker.html", {"broker": worker.broker()})
        return part, keys, context["busy"]

    async def parts():
        until = time.monotonic() + STREAM_FOR
        keys, busy = [], True
        while busy and time.monotonic() < until:
            part, keys, busy = await drawn(keys)
            yield f"data: {json.dumps(part)}\n\n"
            await asyncio.sleep(EVERY if busy else 0)
        yield f"event: {'more' if busy else 'idle'}\ndata: -\n\n"

    return StreamingHttpResponse(
        parts(), content_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


@require_POST
def revoke(request: HttpRequest, pk) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk)
    terminate = "terminate" in request.POST
    worker.revoke(job, terminate)
    signal = ", and SIGTERM to a process that runs one" if terminate else ""
    messages.info(request, f"The workers were told to leave the tasks of {job.title} out{signal}.")
    return redirect("celery_redis:counter", job.kind)


@require_POST
def kill(request: HttpRequest, pk) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk)
    pid = worker.kill(job)
    if pid is None:
        messages.warning(request, f"No process runs a task of {job.title} just now.")
    else:
        messages.warning(request, f"Process {pid} got SIGKILL in the middle of {job.title}.")
    return redirect("celery_redis:counter", job.kind)


@require_GET
def workers(request: HttpRequest) -> HttpResponse:
    """What the worker answers when asked; of other visitors' tasks only how many there are."""
    jobs = {
        event.task_id: event.job for job in Job.objects.all() for event in job.events.select_related("job")
    }
    asked = []
    for what, why in (
        ("active", "Being run, each by one process"),
        ("reserved", "Fetched from the broker, waiting for a process"),
        ("scheduled", "Fetched, and held in the worker's memory until their time"),
    ):
        found = worker.inspect(what)
        mine = [task | {"job": jobs[task["id"]]} for task in found if task["id"] in jobs]
        asked.append({"what": what, "why": why, "mine": mine, "others": len(found) - len(mine)})
    return render(
        request,
        "celery_redis/workers.html",
        {"asked": asked, "broker": worker.broker(), "kinds": Job.Kind.choices},
    )


def rounds(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        beat.stop() if "stop" in request.POST else beat.start()
        return redirect("celery_redis:rounds")
    context = {
        "kinds": Job.Kind.choices,
        "running": beat.running(),
        "entries": beat.app.conf.beat_schedule.items(),
        "rounds": Round.objects.order_by("-pk")[:12],
    }
    return render(request, "celery_redis/rounds.html", context)
