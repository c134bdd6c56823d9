"""The page that shows a verification while it runs, and what came of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.permissions import policy_registry

from content.exercise_frame import frame_of
from content.models import Exercise, Verification

# htmx stops asking when it gets this.
STOP_POLLING = 286

_KINDS = {
    "solution": ("The solution", "passes"),
    "starter": ("The starter", "boots, and fails"),
    "also_right": ("Also right", "passes"),
    "wrong": ("Wrong", "is caught"),
}


@require_GET
@never_cache
def verification(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far it is; to htmx only the part that changes."""
    if not policy_registry.get_by_type(Exercise).user_has_any_permission(request.user, {"change", "view"}):
        raise PermissionDenied
    found = get_object_or_404(Verification.objects.select_related("exercise", "revision"), pk=pk)
    context = _context(found)
    if getattr(request, "htmx", False):
        status = STOP_POLLING if found.is_finished else 200
        return render(request, "content/admin/verification_inside.html", context, status=status)
    return render(request, "content/admin/verification.html", context)


def _context(found: Verification) -> dict[str, Any]:
    title = f"Verifying {found.exercise}"
    return {
        **frame_of(found.exercise, title=title, icon="tick-inverse", here="Verification"),
        "verification": found,
        "rows": [_row(outcome) for outcome in found.outcomes],
        "graded": len(found.outcomes),
    }


def _row(outcome: dict[str, Any]) -> dict[str, Any]:
    label, promise = _KINDS[outcome["kind"]]
    return {**outcome, "label": label, "promise": promise}
