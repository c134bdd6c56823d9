"""In the admin: attempts that an exercise's checks have not seen, and what grading them would change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from content.exercise_frame import frame_of
from content.models import Exercise
from lms.classes.seeing import visible_learners
from lms.grading.models import Regrade
from lms.grading.regrade_report import report_on
from lms.grading.regrading import (
    NothingToRegrade,
    NotReady,
    affected,
    apply_regrade,
    begin_regrade,
    discard_regrade,
    try_regrade_again,
)
from lms.grading.tasks import send_regrade

# htmx stops asking when it gets this.
STOP_POLLING = 286
PERMISSION = "content.publish_exercise"


@require_GET
@never_cache
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """A sentence for the exercise's other pages: how many attempts were made on earlier checks."""
    exercise = get_object_or_404(Exercise, pk=pk)
    if not request.user.has_perm(PERMISSION):
        return HttpResponse()
    return render(request, "grading/admin/regrade_offer.html", _offer(exercise))


@require_http_methods(["GET", "POST"])
@never_cache
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what there is to grade again; POST begins, and only to look."""
    _allow(request)
    exercise = get_object_or_404(Exercise, pk=pk)
    if request.method == "POST":
        try:
            regrade = begin_regrade(exercise, user=request.user)
        except NothingToRegrade as nothing:
            messages.info(request, str(nothing))
            return redirect("exercise_regrade", pk)
        if regrade.state in Regrade.AT_WORK:
            send_regrade(regrade.pk)
        return redirect("regrade", regrade.pk)
    context = {
        **_frame(exercise, "Earlier attempts"),
        **_offer(exercise),
        "regrades": exercise.regrades.select_related("decided_by").order_by("-created_at")[:20],
    }
    return render(request, "grading/admin/regrades.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def regrade(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far it is, and the report; POST with `decision` applies it, discards it, or tries it again."""
    _allow(request)
    found = get_object_or_404(Regrade.objects.select_related("exercise", "decided_by"), pk=pk)
    if request.method == "POST":
        return _decide(request, found)
    at_work = found.state in Regrade.AT_WORK and not found.is_aside
    report = report_on(found)
    whose = {attempt.submission.learner_id for attempt in report.changed}
    context = {
        **_frame(found.exercise, "Grading again"),
        "regrade": found,
        "at_work": at_work,
        "report": report,
        # Who publishes exercises need not be the teacher of those who do them.
        "named": set(visible_learners(request.user).filter(pk__in=whose).values_list("pk", flat=True)),
    }
    if getattr(request, "htmx", False):
        status = 200 if at_work else STOP_POLLING
        return render(request, "grading/admin/regrade_inside.html", context, status=status)
    return render(request, "grading/admin/regrade.html", context)


def _decide(request: HttpRequest, found: Regrade) -> HttpResponse:
    try:
        match request.POST.get("decision"):
            case "apply":
                apply_regrade(found, user=request.user)
                send_regrade(found.pk)
            case "discard":
                discard_regrade(found, user=request.user)
            case "again":
                try_regrade_again(found)
                send_regrade(found.pk)
            case _:
                return HttpResponseBadRequest("Say what to do: apply, discard, or again.")
    except NotReady as error:
        messages.error(request, str(error))
    return redirect("regrade", found.pk)


def _allow(request: HttpRequest) -> None:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def _offer(exercise: Exercise) -> dict[str, Any]:
    counts = affected(exercise).aggregate(attempts=Count("pk"), learners=Count("learner", distinct=True))
    opened = exercise.regrades.filter(state__in=Regrade.OPEN).first()
    return {"exercise": exercise, "open_regrade": opened, **counts}


def _frame(exercise: Exercise, title: str) -> dict[str, Any]:
    return frame_of(exercise, title=f"{title}: {exercise}", icon="resubmit", here=title)
