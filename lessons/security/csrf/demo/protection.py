"""Django's CSRF check, with its settings in a row instead of a file, so that they can be flipped."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CsrfViewMiddleware
from django.shortcuts import render
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.csrf import csrf_exempt

from . import origins
from .models import Defences

View = Callable[..., HttpResponse]


class BankCsrfMiddleware(CsrfViewMiddleware):
    @property
    def allowed_origins_exact(self) -> set[str]:
        """What CSRF_TRUSTED_ORIGINS says; Django reads it once and caches it."""
        return {origins.attacker_origin()} if Defences.current().trusts_attacker else set()

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return refused(request, reason)


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What CSRF_FAILURE_VIEW would name. The header is for the X-ray; Django itself logs the reason."""
    response = render(request, "csrf/refused.html", {"reason": reason}, status=403)
    response.headers["X-Refused"] = reason
    return response


def as_switched(view: View) -> View:
    """`view` behind the check, or exempt from it, as the row of defences says."""
    protected = decorator_from_middleware(BankCsrfMiddleware)(view)

    @functools.wraps(view)
    def switched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_exempt = Defences.current().view == Defences.View.EXEMPT
        return (view if is_exempt else protected)(request, *args, **kwargs)

    return csrf_exempt(switched)  # from the site's middleware, which would decide before us


def unmask(token: str) -> str:
    """The secret in a token: its first half is a mask, the second the secret shifted by it."""
    mask, cipher = token[:32], token[32:]
    letters = CSRF_ALLOWED_CHARS
    pairs = zip(cipher, mask, strict=True)
    return "".join(letters[letters.index(c) - letters.index(m)] for c, m in pairs)
