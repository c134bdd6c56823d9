"""An account's own page: where each thing is changed, all data to take along, and the end of it."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.models import Learner, User
from lms.dashboard.data import data_of


@never_cache
@login_required
@require_safe
def my_account(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    return render(
        request,
        "dashboard/my_account.html",
        {
            "addresses": EmailAddress.objects.filter(user=user).count(),
            "factors": Authenticator.objects.filter(user=user).count(),
            "sessions": UserSession.objects.purge_and_list(user),
        },
    )


@never_cache
@login_required
@reauthentication_required
@require_safe
def export_data(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about the account, as one JSON file. Secrets (hashes, keys) are not in it."""
    response = JsonResponse(data_of(cast(User, request.user)), json_dumps_params={"indent": 1})
    response["Content-Disposition"] = 'attachment; filename="django-mastery-data.json"'
    return response


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request: HttpRequest) -> HttpResponse:
    """Show what would go; with the address typed again, remove the account and all that belongs to it."""
    user = cast(User, request.user)
    error = ""
    if request.method == "POST":
        if user.is_staff:
            error = (
                "Accounts of the staff are removed by an administrator: lessons name them as their authors."
            )
        elif request.POST.get("email", "").strip().lower() != user.email.lower():
            error = "That is not the address of this account."
        else:
            remove_account(user)
            logout(request)
            messages.success(request, "Your account and everything in it is gone.")
            return redirect("/")
    learner = Learner.objects.filter(user=user).first()
    counts: dict[str, Any] = {}
    if learner is not None:
        counts = {"submissions": learner.submissions.count(), "certificates": learner.certificates.count()}
    return render(
        request, "dashboard/delete_account.html", {"error": error, **counts}, status=400 if error else 200
    )


@transaction.atomic
def remove_account(user: User) -> None:
    """Remove the account with its sessions; rows that refer to it go along or forget it."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    user.delete()
