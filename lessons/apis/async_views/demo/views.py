"""Views of both kinds. Which kind a view is decides where its code runs, and who waits with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import aget_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from . import fanout, groups, pier, threads, upstream, watches
from .forms import DelayForm, GroupForm, LoopForm
from .models import Buoy, Reading, Run, Watch
from .timeline import Timeline

# How a way is called, and the URL of the view that goes it.
WAYS = {
    "sync": ("def, one after another", "ask_sync"),
    "threads": ("def, eight threads", "ask_threads"),
    "in turn": ("async def, awaited in turn", "ask_in_turn"),
    "gather": ("async def, gather", "ask_gather"),
}


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    upstream.address()  # the buoys are put out here, or the first question would wait for that as well
    return render(request, "async_views/desk.html", _desk_context(list(Buoy.objects.order_by("pk"))))


# region: sync
@require_GET
def ask_sync(request: HttpRequest) -> HttpResponse:
    buoys, timeline = list(Buoy.objects.order_by("pk")), Timeline()
    winds = fanout.one_after_another(buoys, timeline)
    run = Run.objects.create(how="sync", ms=timeline.ms)
    return _answer(request, buoys, winds, timeline, run, list(Run.objects.order_by("-pk")))


# endregion: sync


@require_GET
def ask_threads(request: HttpRequest) -> HttpResponse:
    buoys, timeline = list(Buoy.objects.order_by("pk")), Timeline()
    winds = fanout.in_threads(buoys, timeline)
    run = Run.objects.create(how="threads", ms=timeline.ms)
    return _answer(request, buoys, winds, timeline, run, list(Run.objects.order_by("-pk")))


@require_GET
async def ask_in_turn(request: HttpRequest) -> HttpResponse:
    buoys, timeline = [buoy async for buoy in Buoy.objects.order_by("pk")], Timeline()
    winds = await fanout.awaited_in_turn(buoys, timeline)
    run = await Run.objects.acreate(how="in turn", ms=timeline.ms)
    runs = [run async for run in Run.objects.order_by("-pk")]
    return _answer(request, buoys, winds, timeline, run, runs)


# region: gather
@require_GET
async def ask_gather(request: HttpRequest) -> HttpResponse:
    buoys, timeline = [buoy async for buoy in Buoy.objects.order_by("pk")], Timeline()
    winds = await fanout.gathered(buoys, timeline)
    run = await Run.objects.acreate(how="gather", ms=timeline.ms)
    runs = [run async for run in Run.objects.order_by("-pk")]
    return _answer(request, buoys, winds, timeline, run, runs)


# endregion: gather


def _answer(request, buoys, winds, timeline, run, runs) -> HttpResponse:
    """No query from here on: it is called from either kind of view."""
    messages.info(request, f"{WAYS[run.how][0]}: {len(winds)} buoys in {run.ms:,} ms.")
    context = _desk_context(buoys, runs) | {"timeline": timeline.picture(), "run": run}
    return render(request, "async_views/desk.html", context)


def _desk_context(buoys: list[Buoy], runs: list[Run] | None = None) -> dict:
    runs = list(Run.objects.order_by("-pk")) if runs is None else runs
    last = {run.how: run.ms for run in reversed(runs)}
    slowest = max([*last.values(), 1])
    return {
        "buoys": [(buoy, DelayForm(instance=buoy, auto_id=f"id_{buoy.pk}_%s")) for buoy in buoys],
        "together": sum(buoy.delay_ms for buoy in buoys),
        "longest": max((buoy.delay_ms for buoy in buoys), default=0),
        "ways": [
            {
                "words": words,
                "url_name": f"async_views:{url_name}",
                "ms": last.get(how),
                "width": f"{100 * last.get(how, 0) / slowest:.1f}%",
            }
            for how, (words, url_name) in WAYS.items()
        ],
    }


@require_POST
async def slow_down(request: HttpRequest, pk: int) -> HttpResponse:
    buoy = await aget_object_or_404(Buoy, pk=pk)
    form = DelayForm(request.POST, instance=buoy)
    if form.is_valid():
        await buoy.asave()
        messages.success(request, f"{buoy} takes {buoy.delay_ms:,} ms to answer.")
    else:
        messages.error(request, "A buoy cannot be as slow as that.")
    return redirect("async_views:desk")


@require_GET
async def failing(request: HttpRequest) -> HttpResponse:
    form, outcome = GroupForm(request.GET or None), None
    if form.is_valid():
        buoys = [buoy async for buoy in Buoy.objects.order_by("pk")]
        chosen = form.cleaned_data
        outcome = await groups.try_out(chosen["how"], buoys, chosen["fault"], chosen["deadline"])
        seen = outcome.timeline
        messages.info(
            request,
            f"{len(outcome.winds)} answered, {seen.count('failed')} failed, "
            f"{seen.count('cancelled')} cancelled. Left running: {outcome.left_running}.",
        )
    context = {
        "form": form if form.is_bound else GroupForm(),
        "outcome": outcome,
        "timeline": outcome.timeline.picture() if outcome else None,
    }
    return render(request, "async_views/failing.html", context)


@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    return render(request, "async_views/rows.html")


# region: direct
@require_GET
async def rows_direct(request: HttpRequest) -> HttpResponse:
    names = [buoy.name for buoy in Buoy.objects.order_by("pk")]
    return JsonResponse({"buoys": names})


# endregion: direct


# region: lazy
@require_GET
async def rows_lazy(request: HttpRequest) -> HttpResponse:
    reading = await Reading.objects.order_by("pk").afirst()
    return JsonResponse({"buoy": reading.buoy.name, "wind": reading.wind})


# endregion: lazy


# region: template
@require_GET
async def rows_template(request: HttpRequest) -> HttpResponse:
    return render(request, "async_views/readings.html", {"readings": Reading.objects.order_by("pk")})


# endregion: template


# region: right
@require_GET
async def rows_async(request: HttpRequest) -> HttpResponse:
    readings = [reading async for reading in Reading.objects.select_related("buoy").order_by("pk")]
    return render(request, "async_views/readings.html", {"readings": readings})


# endregion: right


@require_GET
async def rows_cost(request: HttpRequest) -> HttpResponse:
    cost = await threads.measure()
    messages.info(request, f"A way into the thread and back: {cost.hop_us:,.0f} µs.")
    context = {
        "cost": cost,
        "sensitive": cost.sensitive.picture(),
        "free": cost.free.picture(),
        "calls": threads.CALLS,
        "legacy_ms": round(threads.LEGACY_SECONDS * 1000),
    }
    return render(request, "async_views/cost.html", context)


@require_GET
def loop(request: HttpRequest) -> HttpResponse:
    form, afternoon = LoopForm(request.GET or None), None
    if form.is_valid():
        afternoon = pier.try_out(form.cleaned_data["how"])
        messages.info(request, f"Kept waiting: {afternoon.held_up} ms at the worst.")
    context = {
        "form": form if form.is_bound else LoopForm(),
        "afternoon": afternoon,
        "timeline": afternoon.timeline.picture() if afternoon else None,
    }
    return render(request, "async_views/loop.html", context)


@require_GET
def leaving(request: HttpRequest) -> HttpResponse:
    return render(request, "async_views/leaving.html", _log_context())


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """The log by itself, and a message for each request that has ended since it was last asked."""
    context = _log_context()
    for watch in context["watches"]:
        if watch.ending != Watch.Ending.OPEN and not watch.is_told:
            by = f", by {watch.by}" if watch.by else ""
            messages.info(request, f"{watch.kind}: {watch.ending} after {watch.heard} answers{by}.")
    Watch.objects.exclude(ending=Watch.Ending.OPEN).update(is_told=True)
    return render(request, "async_views/log.html", context)


def _log_context() -> dict:
    watches_ = list(Watch.objects.order_by("-pk")[: watches.KEPT])
    return {"watches": watches_, "open": any(watch.ending == Watch.Ending.OPEN for watch in watches_)}


# region: stream
@require_GET
async def slow_stream(request: HttpRequest) -> StreamingHttpResponse:
    buoys = [buoy async for buoy in Buoy.objects.order_by("pk")]
    watch = await Watch.objects.acreate(kind="stream")
    response = StreamingHttpResponse(watches.readings(watch, buoys), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would collect 8 kB before it passes anything on
    return response


# endregion: stream


@require_GET
async def slow_async(request: HttpRequest) -> HttpResponse:
    buoys = [buoy async for buoy in Buoy.objects.order_by("pk")]
    watch = await Watch.objects.acreate(kind="async")
    await watches.ask_slowly(watch, buoys)
    return JsonResponse({"heard": watch.heard})


@require_GET
def slow_sync(request: HttpRequest) -> HttpResponse:
    buoys = list(Buoy.objects.order_by("pk"))
    watch = Watch.objects.create(kind="sync")
    watches.ask_slowly_in_a_thread(watch, buoys)
    return JsonResponse({"heard": watch.heard})
