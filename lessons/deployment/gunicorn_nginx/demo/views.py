"""The control room of a visitor's tea house."""

import signal
import time
from http import HTTPStatus
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from . import bursts, houses, pictures, slow, statics
from .client import HOST, ask
from .forms import BurstForm, LookForm, OpenForm, SlowForm
from .houses import House
from .models import Lease, Report

CLOSED = "Your tea house is closed. Open one first."
KEPT_REPORTS = 12
WAIT = 20.0  # seconds for the master to do what it was told
HOWS = {"kill": signal.SIGKILL, "term": signal.SIGTERM}
LOGS = {
    "error.log": "Gunicorn's error log: what master and workers have to say",
    "access.log": "Gunicorn's access log: what reached a worker",
    "nginx-access.log": "nginx's access log: what came in",
    "nginx-error.log": "nginx's error log",
}


def current() -> House | None:
    lease = Lease.objects.order_by("-pk").first()
    return houses.find(lease.token) if lease else None


@require_GET
def house(request: HttpRequest) -> HttpResponse:
    mine = current()
    context = {
        "house": mine,
        "most": houses.MOST,
        "taken": houses.count(),
        "minutes": round(houses.SECONDS / 60),
    }
    if mine is None:
        context |= {"form": OpenForm(), "nginx": houses.nginx_program()}
    else:
        context |= {
            "stats": mine.stats(),
            "workers": [worker | {"mb": _megabytes(worker["pid"])} for worker in mine.workers()],
            "log": mine.tail("error.log", 8),
            "burst_form": BurstForm(),
            "slow_form": SlowForm(),
            "reports": Report.objects.order_by("-pk")[:5],
        }
    return render(request, "gunicorn_nginx/house.html", context)


@require_POST
def open_house(request: HttpRequest) -> HttpResponse:
    form = OpenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A tea house like that cannot be opened.")
        return redirect("gunicorn_nginx:house")
    for lease in Lease.objects.all():
        houses.close(lease.token)
    Lease.objects.all().delete()
    try:
        opened = houses.open_one(form.choice())
    except (houses.FullError, houses.NotReadyError, OSError) as error:
        messages.error(request, str(error))
        return redirect("gunicorn_nginx:house")
    Lease.objects.create(token=opened.token)
    before = "nginx before it" if opened.has_nginx else "no nginx here"
    messages.success(request, f"Open: Gunicorn with {len(opened.workers())} workers, {before}.")
    return redirect("gunicorn_nginx:house")


@require_POST
def close_house(request: HttpRequest) -> HttpResponse:
    for lease in Lease.objects.all():
        houses.close(lease.token)
    Lease.objects.all().delete()
    messages.info(request, "Closed. Both servers have ended, and their folder is gone.")
    return redirect("gunicorn_nginx:house")


@require_POST
def worker(request: HttpRequest, pid: int) -> HttpResponse:
    mine, how = current(), HOWS.get(request.POST.get("how", ""))
    before = {one["pid"] for one in mine.workers()} if mine else set()
    if mine is None or how is None or not mine.kill(pid, how):
        messages.error(request, f"The master knows no worker {pid}." if mine else CLOSED)
        return redirect("gunicorn_nginx:house")
    started = time.perf_counter()
    new = _wait(lambda: {one["pid"] for one in mine.workers()} - before)
    ms = round((time.perf_counter() - started) * 1000)
    if new:
        messages.success(
            request, f"{how.name} to worker {pid}. After {ms:,} ms the master had started {min(new)}."
        )
    else:
        messages.warning(request, f"{how.name} to worker {pid}. The master has not started another one yet.")
    return redirect("gunicorn_nginx:house")


@require_POST
def gunicorn(request: HttpRequest) -> HttpResponse:
    mine, order = current(), request.POST.get("order", "")
    if mine is None:
        messages.error(request, CLOSED)
    elif order == "stop":
        mine.tell("stop gunicorn")
        _wait(lambda: not mine.stats())
        messages.warning(
            request, "Gunicorn is down. nginx does not know yet." if mine.has_nginx else "Gunicorn is down."
        )
    elif order == "start":
        mine.tell("start gunicorn")
        is_up = _wait(lambda: ask(mine.gunicorn, "/", timeout=5.0).status == HTTPStatus.OK)
        messages.success(request, "Gunicorn is up again." if is_up else "Gunicorn takes long to come up.")
    return redirect("gunicorn_nginx:house")


@require_GET
def look(request: HttpRequest) -> HttpResponse:
    mine = current()
    if mine is None:
        messages.error(request, CLOSED)
        return redirect("gunicorn_nginx:house")
    form = LookForm(request.GET or None)
    context = {"house": mine, "form": form if form.is_bound else LookForm(), "host": HOST}
    if form.is_valid():
        sizes = {name: _size(mine, name) for name in LOGS}
        is_front = form.cleaned_data["to"] == "front" and mine.has_nginx
        answer = ask(mine.front if is_front else mine.gunicorn, form.cleaned_data["path"])
        who = "nginx" if is_front else "Gunicorn"
        status = f"{answer.status} {HTTPStatus(answer.status).phrase}" if answer.status else "no answer"
        messages.info(request, f"{who}: {status} after {answer.ms:,.0f} ms.")
        time.sleep(0.05)  # the lines are written after the answer was sent
        context |= {
            "answer": answer,
            "path": form.cleaned_data["path"],
            "status": status,
            "body": answer.body[:600].decode(errors="replace"),
            "told": [(LOGS[name], mine.tail(name, 45, since)) for name, since in sizes.items()],
        }
    return render(request, "gunicorn_nginx/look.html", context)


@require_POST
def burst(request: HttpRequest) -> HttpResponse:
    form = BurstForm(request.POST)

    def run(mine: House) -> Report:
        data = bursts.run(mine, form.cleaned_data["happening"])
        words = (
            f"{data['requests']} requests, {data['failed']} failed, {data['new_workers']} new workers, "
            f"{' then '.join(data['blends'])}"
        )
        return Report(kind="burst", title=f"{bursts.HAPPENINGS[data['happening']]}: {words}.", data=data)

    return _experiment(request, form, run)


@require_POST
def slow_clients(request: HttpRequest) -> HttpResponse:
    form = SlowForm(request.POST)

    def run(mine: House) -> Report:
        route = form.cleaned_data["route"] if mine.has_nginx else "direct"
        data = slow.run(mine, route, form.cleaned_data["kind"])
        note = "" if mine.has_nginx else " (no nginx here)"
        title = (
            f"{slow.ROUTES[route]}{note}: slow clients held {data['held']} of {data['places']} places; "
            f"the worst cup took {data['worst_ms']:,} ms."
        )
        return Report(kind="slow", title=title, data=data)

    return _experiment(request, form, run)


@require_POST
def static_files(request: HttpRequest) -> HttpResponse:
    def run(mine: House) -> Report:
        data = statics.run(mine)
        words = ", ".join(f"{way['name']} {way['median_ms']} ms" for way in data["ways"])
        return Report(kind="static", title=f"A file, {data['times']} times each: {words}.", data=data)

    return _experiment(request, None, run, needs_nginx=True)


def _experiment(request: HttpRequest, form, run, *, needs_nginx: bool = False) -> HttpResponse:
    """Run it in the visitor's house, keep the report, and show it."""
    mine, problem = current(), ""
    if mine is None:
        problem = CLOSED
    elif form is not None and not form.is_valid():
        problem = "There is no such experiment."
    elif needs_nginx and not mine.has_nginx:
        problem = "nginx is not installed here, so there is nothing to compare with."
    elif not mine.stats():
        problem = "Gunicorn is down. Start it first."
    if not problem:
        try:
            with mine.alone():
                made = run(mine)
        except houses.BusyError as error:
            problem = str(error)
    if problem:
        messages.error(request, problem)
        return redirect("gunicorn_nginx:house")
    made.save()
    kept = Report.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT_REPORTS]
    Report.objects.exclude(pk__in=list(kept)).delete()
    messages.info(request, made.title)
    return redirect("gunicorn_nginx:report", made.pk)


@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Report, pk=pk)
    draw = {"burst": pictures.of_burst, "slow": pictures.of_slow, "static": pictures.of_static}[found.kind]
    context = {
        "report": found,
        "picture": draw(found.data),
        "forms": {"burst": BurstForm(), "slow": SlowForm(initial=found.data)}.get(found.kind),
    }
    return render(request, f"gunicorn_nginx/report_{found.kind}.html", context)


@require_GET
def logs(request: HttpRequest) -> HttpResponse:
    mine = current()
    told = [(words, name, mine.tail(name, 45)) for name, words in LOGS.items()] if mine else []
    return render(request, "gunicorn_nginx/logs.html", {"house": mine, "told": told})


@require_GET
def files(request: HttpRequest) -> HttpResponse:
    names = ["gunicorn.conf.py", "nginx.conf", "teahouse.py"]
    texts = [(name, Path(houses.HERE, "server", name).read_text()) for name in names]
    return render(request, "gunicorn_nginx/files.html", {"texts": texts})


def _wait(condition):
    """What the condition says as soon as it says something, or at last."""
    until = time.monotonic() + WAIT
    while not (found := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _megabytes(pid: int) -> int | None:
    """Resident memory; None where there is no /proc."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return round(pages * 4_096 / 1_000_000)


def _size(mine: House, name: str) -> int:
    file = mine.folder / name
    return file.stat().st_size if file.exists() else 0
