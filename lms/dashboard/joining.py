"""A learner's side of a class: the link, the way in, the way out."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.accounts.learners import find_learner, get_learner
from lms.accounts.models import User
from lms.classes.cohorts import CannotJoin, find_by_link, join, leave
from lms.classes.models import Cohort, Membership


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_class(request: HttpRequest, token: str) -> HttpResponse:
    """Show whose class the link leads to and what its teacher will see; a POST makes a member.

    Somebody without an account is led to sign up, and back.
    """
    cohort = find_by_link(token)
    if cohort is None:
        return render(request, "dashboard/join_gone.html", status=404)
    error = ""
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect(_sign_up(request))
        try:
            is_new = join(
                cohort=cohort,
                learner=get_learner(request),
                token=token,
                now=timezone.now(),
                today=timezone.localdate(),
            )
        except CannotJoin as refused:
            error = str(refused)
        else:
            words = "You are in the class now" if is_new else "You were in the class already"
            messages.success(request, f"{words}: {cohort.name}.")
            return redirect("my_progress")
    learner = find_learner(request) if request.user.is_authenticated else None
    return render(
        request,
        "dashboard/join.html",
        {
            "cohort": cohort,
            # By name: whoever has the link reads this, signed in or not, and an address is nobody's business.
            "teachers": [name for user in cohort.teachers.all() if (name := user.get_full_name())],
            "is_member": Membership.objects.filter(cohort=cohort, learner=learner).exists()
            if learner
            else False,
            "ended": cohort.has_ended(timezone.localdate()),
            "error": error,
            "sign_up": _sign_up(request),
            "sign_in": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
        },
        status=409 if error else 200,
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then leave the class; its teacher sees nothing of the learner from now on."""
    cohort = get_object_or_404(Cohort, pk=pk, memberships__learner__user=cast(User, request.user))
    if request.method != "POST":
        return render(
            request,
            "dashboard/leave_class.html",
            {"cohort": cohort, "ended": cohort.has_ended(timezone.localdate())},
        )
    leave(cohort=cohort, learner=get_learner(request))
    messages.success(request, f"You have left “{cohort.name}”. Its teacher no longer sees what you do.")
    return redirect("my_progress")


def _sign_up(request: HttpRequest) -> str:
    return f"{reverse('account_signup')}?{urlencode({'next': request.path})}"
