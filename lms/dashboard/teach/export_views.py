"""Tables to take along, as CSV or XLSX. They are bounded: a file is made in memory, for one request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from lms.classes.figures import figures_of
from lms.classes.seeing import Scope
from lms.dashboard.teach.access import frame, scope_of, teacher_page
from lms.dashboard.teach.outline import outline
from lms.dashboard.teach.people_views import learner_rows
from lms.dashboard.teach.resources import (
    AttemptResource,
    ExerciseResource,
    LearnerResource,
    SafeResource,
    WorkResource,
    learners_in,
)

MOST_ROWS = {"csv": 50_000, "xlsx": 20_000}
CHUNK = 500


@dataclass(frozen=True)
class Table:
    """`counted` has as many rows as the table; None for one that is never long."""

    resource: SafeResource
    rows: Iterable[Any]
    counted: QuerySet[Any] | None


@teacher_page
@require_safe
def export(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """Answer the table of the scope; 413 with a page where it is too long for one file."""
    if kind not in KINDS or form not in MOST_ROWS:
        raise Http404("There is no such table.")
    scope, most = scope_of(request), MOST_ROWS[form]
    table = KINDS[kind](scope)
    # Without an order, so that nothing is sorted that is then refused.
    if table.counted is not None and table.counted.order_by()[most : most + 1].exists():
        context = {**frame(request, scope), "most": most, "form": form, "kind": kind}
        return render(request, "dashboard/teach/too_long.html", context, status=413)
    # Here, because spreadsheets take long to import and few processes write one.
    from import_export.formats.base_formats import CSV, XLSX

    made = {"csv": CSV, "xlsx": XLSX}[form]()
    data = made.export_data(table.resource.export(queryset=list(table.rows)))
    response = HttpResponse(data, content_type=made.get_content_type())
    name = f"{kind}-{slugify(scope.name) or 'class'}-{timezone.localdate():%Y-%m-%d}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _learners(scope: Scope) -> Table:
    return Table(LearnerResource(), _learner_rows(scope), learners_in(scope))


def _learner_rows(scope: Scope) -> Iterable[Any]:
    found = learners_in(scope).iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        for row in learner_rows(chunk):
            user = row["learner"].user
            yield SimpleNamespace(
                name=str(user),  # as the pages call them: never empty
                email=user.email,
                started=row["lessons"].get("started", 0),
                through=row["lessons"].get("through", 0),
                last=row["lessons"].get("last"),
                tried=row["exercises"].get("tried", 0),
                passed=row["exercises"].get("passed", 0),
                made=row["exercises"].get("made", 0),
                stuck=row["exercises"].get("stuck", 0),
            )


def _exercises(scope: Scope) -> Table:
    whole = outline()
    figures = figures_of(scope, whole.asks, timezone.now())
    rows = []
    for found in whole.exercises.values():
        numbers = figures.exercise(found.pk)
        lower, median, upper = numbers.seconds or (None, None, None)
        rows.append(
            SimpleNamespace(
                name=f"{found.lesson}/{found.slug}",
                title=found.title,
                started=numbers.started,
                passed=numbers.passed,
                attempts=numbers.attempts,
                stuck=numbers.stuck,
                tries=numbers.tries[1] if numbers.tries else None,
                lower=lower,
                median=median,
                upper=upper,
            )
        )
    return Table(ExerciseResource(), rows, None)


def _work(scope: Scope) -> Table:
    rows = WorkResource().rows(scope)
    return Table(WorkResource(), rows, rows)


def _attempts(scope: Scope) -> Table:
    rows = AttemptResource().rows(scope)
    return Table(AttemptResource(), rows, rows)


KINDS: dict[str, Callable[[Scope], Table]] = {
    "learners": _learners,
    "exercises": _exercises,
    "work": _work,
    "attempts": _attempts,
}
