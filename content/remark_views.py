"""The page of an exercise's comments, in Wagtail's admin."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.permissions import policy_registry

from content.exercise_frame import frame_of
from content.models import Exercise, Remark
from content.remarks import remark, resolve


class RemarkForm(forms.ModelForm):
    class Meta:
        model = Remark
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was said about an exercise, the open ones first; a POST adds something."""
    _require_author(request)
    exercise = get_object_or_404(Exercise, pk=pk)
    form = RemarkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = remark(
            exercise=exercise, author=request.user, text=form.cleaned_data["text"], now=timezone.now()
        )
        return redirect(f"{request.path}#remark-{made.pk}")
    said = exercise.remarks.select_related("author", "closed_by").order_by("pk")
    context = {
        **frame_of(exercise, title=f"Comments on {exercise}", icon="comment", here="Comments"),
        "form": form,
        "remarks": sorted(said, key=lambda one: one.closed_at is not None),
    }
    return render(request, "content/admin/remarks.html", context, status=400 if form.errors else 200)


@require_POST
def resolve_remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Take `wanted`: `yes` resolves, `no` opens again."""
    _require_author(request)
    found = get_object_or_404(Remark, pk=pk)
    wanted = request.POST.get("wanted") != "no"
    resolve(remark=found, by=request.user, wanted=wanted, now=timezone.now())
    messages.success(request, "Resolved." if wanted else "Open again.")
    return redirect("exercise_remarks", found.exercise_id)


def _require_author(request: HttpRequest) -> None:
    if not policy_registry.get_by_type(Exercise).user_has_permission(request.user, "change"):
        raise PermissionDenied
