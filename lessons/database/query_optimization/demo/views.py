import functools
import inspect
from collections.abc import Callable

from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from . import charts, columns, counting, pages
from .forms import EVERY, ListForm, PageForm, RunForm, title
from .lists import LISTS
from .measure import run, steps, watched
from .models import Measurement, Parcel
from .questions import QUESTIONS, compared
from .shared import ALIASES, INDEXES

View = Callable[..., HttpResponse]
INDEXED = "parcels_single"


def needs_rows(view: View) -> View:
    """Say so when the database cannot answer yet: the first start of a server makes the rows."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except OperationalError as error:
            page = {"error": error, "coming": "being made" in str(error)}
            response = render(request, "query_optimization/not_yet.html", page, status=503)
            response["Retry-After"] = "2"
            return response

    return wrapped


def code_of(function: Callable) -> str:
    """The lines below the docstring, as they stand in the file."""
    lines = inspect.getsource(function).splitlines()
    end = next(number for number, line in enumerate(lines) if '"""' in line)
    return inspect.cleandoc("\n".join(lines[end + 1 :]))


@needs_rows
def bench(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _run(request)
    shown = None
    if request.GET.get("run", "").isdigit():
        shown = get_object_or_404(Measurement, pk=request.GET["run"])
    question = shown.question if shown else request.GET.get("question", "board")
    if question not in QUESTIONS:
        question = "board"
    form = RunForm(initial={"question": question, "alias": shown.alias if shown else ALIASES[0]})
    return render(request, "query_optimization/bench.html", _bench_context(form, question, shown))


def _bench_context(form: RunForm, question: str, shown: Measurement | None) -> dict:
    measured = Measurement.objects.filter(question=question).order_by("pk")
    latest = {one.alias: one for one in measured}
    return {
        "form": form,
        "questions": [(name, ask.__doc__, code_of(ask)) for name, ask in QUESTIONS.items()],
        "title": QUESTIONS[question].__doc__,
        "code": code_of(QUESTIONS[question]),
        "shown": shown,
        "shown_title": title(shown.alias) if shown else "",
        "steps": steps(shown.plan) if shown else [],
        "chart": charts.dots(measured, ALIASES) if latest else None,
        "plans": [(title(alias), steps(one.plan), one) for alias, one in latest.items()],
        "indexes": [(title(alias), _statements(alias)) for alias in ALIASES],
        "count": Parcel.objects.latest("pk").pk,
    }


def _statements(alias: str) -> list[str]:
    """CREATE INDEX, as the model's own indexes are written, in fewer words."""
    by_name = {index.name: index for index in Parcel._meta.indexes}
    return [
        f"{name}: {_described(by_name[name])}" if name in by_name else f"{name}_id: Django's own, for the key"
        for name in INDEXES[alias]
    ]


def _described(index) -> str:
    what = ", ".join(index.fields) or "Lower(receiver)"
    return f"({what})" + (" where status is lost" if index.condition else "")


def _run(request: HttpRequest) -> HttpResponse:
    form = RunForm(request.POST)
    if not form.is_valid():
        return render(
            request, "query_optimization/bench.html", _bench_context(form, "board", None), status=400
        )
    question, alias = form.cleaned_data["question"], form.cleaned_data["alias"]
    for each in compared(question) if alias == EVERY else [alias]:
        measurement = run(QUESTIONS[question], each)
    return redirect(f"{reverse('query_optimization:bench')}?{urlencode({'run': measurement.pk})}#result")


@require_GET
@needs_rows
def lists(request: HttpRequest) -> HttpResponse:
    form = ListForm(request.GET or None)
    context = {"form": form, "ways": [(name, way.__doc__) for name, way in LISTS.items()]}
    if form.is_valid():
        way, alias = LISTS[form.cleaned_data["way"]], form.cleaned_data["alias"]
        with watched(alias) as watch:
            lines = way(alias)
        context |= {
            "title": way.__doc__,
            "code": code_of(way),
            "lines": lines,
            "watch": watch,
            "timeline": charts.timeline(watch),
        }
    else:
        context["form"] = ListForm(initial={"way": "parcels_plain", "alias": INDEXED})
    return render(request, "query_optimization/lists.html", context)


@require_GET
@needs_rows
def which_columns(request: HttpRequest) -> HttpResponse:
    _warm_up(_some_parcels())
    measured = [_measured(way, _some_parcels()) for way in columns.WAYS]
    context = {"measured": _with_bars(measured), "count": columns.COLUMNS_OF, "notes": columns.NOTES_OF}
    return render(request, "query_optimization/columns.html", context)


@require_GET
@needs_rows
def trap(request: HttpRequest) -> HttpResponse:
    measured = _measured(columns.only_and_more, _some_parcels())
    return render(request, "query_optimization/trap.html", {"one": measured, "notes": columns.NOTES_OF})


def _some_parcels():
    return Parcel.objects.using(INDEXED).order_by("-pk")[: columns.COLUMNS_OF]


@require_GET
@needs_rows
def how_many(request: HttpRequest) -> HttpResponse:
    delivered = Parcel.objects.using(INDEXED).filter(depot=7, status="delivered")
    _warm_up(delivered)
    measured = [_measured(way, delivered.all()) for way in counting.WAYS]
    return render(request, "query_optimization/counting.html", {"measured": _with_bars(measured)})


def _warm_up(parcels) -> None:
    """Whoever comes first reads the file's pages from the disk, and would look slower than it is."""
    list(parcels.all())


def _measured(way: Callable, parcels) -> dict:
    with watched(INDEXED) as watch:
        answer = way(parcels)
    return {
        "name": way.__name__,
        "title": way.__doc__,
        "code": code_of(way),
        "answer": answer,
        "watch": watch,
        # What the QuerySet still holds when it was gone through.
        "kept": len(parcels._result_cache or ()),
    }


def _with_bars(measured: list[dict]) -> list[dict]:
    longest = max(one["watch"].ms for one in measured)
    return [one | {"width": round(one["watch"].ms / longest * 100, 1)} for one in measured]


@require_GET
@needs_rows
def paging(request: HttpRequest) -> HttpResponse:
    form = PageForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    by = asked.get("by") or "offset"
    parcels = Parcel.objects.using(INDEXED)
    with watched(INDEXED) as watch:
        context = _by_key(parcels, asked) if by == "key" else _by_offset(parcels, asked)
    return render(request, "query_optimization/pages.html", {"by": by, "watch": watch, **context})


def _by_offset(parcels, asked: dict) -> dict:
    paginator = Paginator(parcels.order_by("-pk"), pages.SIZE)
    page = paginator.get_page(asked.get("page"))
    return {"parcels": list(page.object_list), "page": page}


def _by_key(parcels, asked: dict) -> dict:
    before = asked.get("before")
    found = list(pages.by_key(parcels, before) if before else parcels.order_by("-pk")[: pages.SIZE])
    return {"parcels": found, "older": found[-1].pk if len(found) == pages.SIZE else None}


@require_GET
@needs_rows
def depths(request: HttpRequest) -> HttpResponse:
    chart = charts.curves(pages.depths(INDEXED))
    return render(request, "query_optimization/depths.html", {"chart": chart})
