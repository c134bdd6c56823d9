"""Staff opens the admins with two proofs: allauth takes them, django-otp remembers, this asks for them.

allauth tells of every proof by a signal; a second factor, or a passkey, makes the session a verified one
(`user.is_verified()`). Signals are allauth's only way to say so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import django_otp
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lms.accounts.models import SecondFactor, User

GUARDED = ("/cms/", "/django-admin/", "/teach/", "/trials/")
# To sign out, and to be told where the session stands, takes no proof.
FREE = ("/cms/login/", "/cms/logout/", "/django-admin/login/", "/django-admin/logout/")


def staff_step_up(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: lead staff that has not proved a second factor to where it can."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return ask_for_factor(request) if is_missing(request) else get_response(request)

    return middleware


def is_missing(request: HttpRequest) -> bool:
    """Whether this request needs a second factor that its session has not proved."""
    guarded = request.path.startswith(GUARDED) and not request.path.startswith(FREE)
    if not (guarded and settings.STAFF_SECOND_FACTOR):
        return False
    user: Any = request.user
    # Wagtail asks for its own permission, and not for staff status.
    may_enter = user.is_authenticated and (user.is_staff or user.has_perm("wagtailadmin.access_admin"))
    return may_enter and not user.is_verified()


def ask_for_factor(request: HttpRequest) -> HttpResponse:
    if not is_mfa_enabled(request.user):
        messages.info(
            request, "The course admin needs a second factor. Add an authenticator app or a passkey first."
        )
        return redirect("mfa_index")
    wanted = request.get_full_path() if request.method == "GET" else request.path
    return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': wanted})}")


def on_step(request: HttpRequest, user: AbstractBaseUser | AnonymousUser, method: str, **_: Any) -> None:
    """allauth took a proof. A passkey counts as both: what one has, unlocked by what one is or knows."""
    if method == "mfa" and isinstance(user, User):
        _verify(request, user)


def on_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Whoever enrols a factor has proved at this moment that they have it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _verify(request, user)


def on_removed(user: User, **_: Any) -> None:
    """Without a factor no session is a verified one any more, here or elsewhere."""
    if not Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        SecondFactor.objects.filter(user=user).delete()


def _verify(request: HttpRequest, user: User) -> None:
    device, _ = SecondFactor.objects.get_or_create(user=user, defaults={"name": "allauth"})
    # At sign-in the session is the user's only in a moment: request.user is somebody else, or nobody.
    request.session[django_otp.DEVICE_ID_SESSION_KEY] = device.persistent_id
    if request.user == user:
        django_otp.login(request, device)
