import inspect
import textwrap
from collections.abc import Callable

from django.contrib import messages
from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from . import builder as building
from . import charts, joins, places, reports
from . import nothing as empty
from .forms import BuilderForm, OrderForm, PeriodForm, ProductForm, ReviewForm, ThresholdForm
from .models import Category, Order, Product, Shop
from .statements import watched

FIRST_QUERY = "shape=group&group=category&measures=revenue&place=before&status=paid&sort=measure&limit=12"
EXAMPLES = {
    "One row": "shape=aggregate&group=category&measures=revenue&measures=order_count&place=before&status=paid"
    "&sort=measure&limit=12",
    "GROUP BY": FIRST_QUERY,
    "WHERE and HAVING": FIRST_QUERY + "&year=2025&having=5000",
    "Rank": FIRST_QUERY + "&window=rank",
    "Running total": "shape=group&group=month&measures=revenue&place=before&status=paid"
    "&window=running&sort=key&limit=12",
    "Keep the zeros": FIRST_QUERY.replace("shape=group", "shape=annotate").replace("before", "inside")
    + "&zero=on",
    "Subquery": FIRST_QUERY.replace("shape=group", "shape=subquery").replace("category", "product")
    + "&zero=on",
    "Multiplied": FIRST_QUERY.replace("shape=group", "shape=annotate").replace("before", "after"),
}


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    form = PeriodForm(request.GET)
    period = form.cleaned_data if form.is_valid() else {}
    year, category = period.get("year"), period.get("category")
    lines = reports.paid_lines(year=year, category=category and category.pk)
    with watched() as asked:
        headline = reports.headline(lines)
        months = list(reports.by_month(lines))
        cells = list(reports.by_month_and_category(lines))
        categories = list(reports.by_category(lines))
        products = list(reports.top_products(lines)[:8])
        shops = list(reports.by_shop(year=year))
    series = list(Category.objects.order_by("pk").values_list("name", flat=True))
    context = {
        "form": form,
        "year": year,
        "category": category,
        "headline": headline,
        "months": months,
        "categories": [row | {"share": _percent(row["revenue"], row["whole"])} for row in categories],
        "products": products,
        "shops": shops,
        "stack": charts.stacked_months(cells, series),
        "running": charts.running_line(months),
        "series": [
            (series.index(name), name) for name in series if name in {row["category"] for row in cells}
        ],
        "asked": dict(
            zip(("headline", "months", "cells", "categories", "products", "shops"), asked, strict=True)
        ),
    }
    return render(request, "aggregation/dashboard.html", context, status=200 if form.is_valid() else 400)


def _percent(part, whole) -> float:
    return float(part / whole * 100) if whole else 0.0


@require_GET
def builder(request: HttpRequest) -> HttpResponse:
    form = BuilderForm(request.GET or QueryDict(FIRST_QUERY))
    context = {
        "form": form,
        "examples": [
            (label, f"{reverse('aggregation:builder')}?{query}") for label, query in EXAMPLES.items()
        ],
    }
    if not form.is_valid():
        return render(request, "aggregation/builder.html", context, status=400)
    plan = building.build(form.cleaned_data)
    with watched() as asked:
        rows, queryset = plan.run()
    context |= {
        "plan": plan,
        "statement": asked[0],
        "rows": rows,
        "columns": list(rows[0]) if rows else [],
        "cells": [[(str(value), value is None) for value in row.values()] for row in rows],
    }
    if form.cleaned_data["explain"] and queryset is not None:
        context["explained"] = queryset.explain()
    return render(request, "aggregation/builder.html", context)


@require_GET
def join(request: HttpRequest) -> HttpResponse:
    form = ProductForm(request.GET or {"product": _product_to_begin_with().pk})
    if not form.is_valid():
        return render(request, "aggregation/join.html", {"form": form}, status=400)
    product = form.cleaned_data["product"]
    truth = joins.truth(product)
    one = Product.objects.filter(pk=product.pk)
    ways = []
    for slug, (title, ask) in joins.WAYS.items():
        with watched() as asked:
            row = ask(one)[0]
        cells = [(name, row[name], row[name] == truth[name]) for name in truth]
        ways.append(
            {
                "slug": slug,
                "title": title,
                "cells": cells,
                "right": all(ok for *_, ok in cells),
                "asked": asked,
                "ms": sum(statement.ms for statement in asked),
                "code": _source(ask),
            }
        )
    context = {
        "form": form,
        "product": product,
        "truth": truth,
        "joined": joins.joined_rows(product, limit=12),
        "joined_count": max(truth["line_count"], 1) * max(truth["review_count"], 1),
        "ways": ways,
        "review_form": ReviewForm(initial={"product": product, "stars": 5}),
    }
    return render(request, "aggregation/join.html", context)


def _product_to_begin_with() -> Product:
    """The dearest one that sells often: with a line or two the multiplied sum may be right by chance."""
    sold_often = Product.objects.annotate(times=Count("lines")).filter(times__gte=10)
    return sold_often.order_by("-price").first() or Product.objects.earliest("pk")


@require_GET
def where(request: HttpRequest) -> HttpResponse:
    form = ThresholdForm(request.GET or {"price": "30"})
    if not form.is_valid():
        return render(request, "aggregation/where.html", {"form": form}, status=400)
    price = form.cleaned_data["price"]
    questions = [
        (places.before, price),
        (places.inside, price),
        (places.after, price),
        (places.on_the_count, 4),
    ]
    answers = []
    for ask, argument in questions:
        with watched() as asked:
            rows = list(ask(argument).order_by("name").values("name", "n"))
        code = inspect.getsource(ask).partition("return ")[2].strip()
        answers.append({"slug": ask.__name__, "code": code, "asked": asked, "rows": rows})
    products = Product.objects.select_related("category").order_by("category__name", "-price")
    context = {"form": form, "price": price, "answers": answers, "products": products}
    return render(request, "aggregation/where.html", context)


@require_GET
def nothing(request: HttpRequest) -> HttpResponse:
    form = PeriodForm(request.GET)
    period = form.cleaned_data if form.is_valid() else {}
    year, category = period.get("year"), period.get("category")
    lines = reports.paid_lines(year=year, category=category and category.pk)
    answers, asked = _watch(empty.every_aggregate, lines)
    unasked, none_asked = _watch(empty.every_aggregate, lines.none())
    inside, inside_asked = _watch(empty.default_inside, reports.paid_lines(year=year))
    outside, outside_asked = _watch(empty.default_outside, reports.paid_lines(year=year))
    context = {
        "form": form,
        "answers": [(code, answers[name], unasked[name]) for name, code in empty.AGGREGATES.items()],
        "is_empty": answers["total"] is None,
        "asked": asked,
        "none_asked": none_asked,
        "pairs": list(zip(inside, outside, strict=True)),
        "sides": [
            ("Inside the subquery", _source(empty.default_inside), inside_asked),
            ("Around the subquery", _source(empty.default_outside), outside_asked),
        ],
    }
    if context["is_empty"]:
        context["years"] = empty.years_with_sales(category)
    return render(request, "aggregation/nothing.html", context, status=200 if form.is_valid() else 400)


def _source(function: Callable) -> str:
    """The code that ran, so that what the page shows cannot differ from it."""
    return textwrap.dedent(inspect.getsource(function))


def _watch(ask: Callable, *args) -> tuple:
    with watched() as asked:
        answer = ask(*args)
    return answer, asked


@require_GET
def per_row(request: HttpRequest) -> HttpResponse:
    """The same list twice: by a property that asks for each row, and by one annotation for all of them."""
    how = "annotation" if request.GET.get("how") == "annotation" else "property"
    with watched() as asked:
        if how == "annotation":
            rows = [(product, product.units) for product in products_with_units()]
        else:
            rows = [(product, product.units_sold) for product in Product.objects.order_by("name")]
    context = {
        "how": how,
        "rows": rows,
        "asked": asked,
        "ms": sum(statement.ms for statement in asked),
        "code": _source(products_with_units if how == "annotation" else Product.units_sold.fget),
    }
    return render(request, "aggregation/per_row.html", context)


def products_with_units():
    paid = Q(lines__order__status=Order.Status.PAID)
    return Product.objects.annotate(units=Sum("lines__quantity", filter=paid, default=0)).order_by("name")


def add_order(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = OrderForm(request.POST)
        if form.is_valid():
            order = form.save()
            messages.success(request, f"Order {order.pk} is placed ({order.get_status_display().lower()}).")
            return redirect(f"{reverse('aggregation:dashboard')}?year={order.placed_at.year}")
    else:
        last = Order.objects.aggregate(last=Max("placed_at"))["last"] or timezone.now()
        form = OrderForm(initial={"placed_on": last.date(), "shop": Shop.objects.order_by("pk").first()})
    return render(request, "aggregation/add_order.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
def add_review(request: HttpRequest) -> HttpResponse:
    form = ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A review needs a product and one to five stars.")
        return redirect("aggregation:join")
    review = form.save(commit=False)
    review.written_at = timezone.now()
    review.save()
    messages.success(request, f"One review more for {review.product}. Nobody bought anything.")
    return redirect(f"{reverse('aggregation:join')}?product={review.product_id}")
