"""Writing down what a request carried."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .models import Arrival

View = Callable[..., HttpResponse]


def noted(view: View) -> View:
    """`view`, and a line about each request to it. The outermost decorator: it has to see refusals, too."""

    @functools.wraps(view)
    def watched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        outcome, reason = _outcome(request, response)
        Arrival.objects.create(
            method=request.method,
            path=request.path[:100],
            origin=request.headers.get("Origin", "")[:200],
            referer=request.headers.get("Referer", "")[:200],
            fetch_site=request.headers.get("Sec-Fetch-Site", "")[:20],
            cookies=", ".join(_bank_cookies(request)),
            token=_token(request),
            outcome=outcome,
            reason=reason,
        )
        return response

    return watched


def _bank_cookies(request: HttpRequest) -> list[str]:
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    return [name for name in names if name in request.COOKIES]


def _token(request: HttpRequest) -> str:
    if request.method == "POST" and request.POST.get("csrfmiddlewaretoken"):
        return "in the form"
    return "in a header" if request.META.get(settings.CSRF_HEADER_NAME) else "none"


def _outcome(request: HttpRequest, response: HttpResponse) -> tuple[str, str]:
    if reason := response.headers.get("X-Refused", ""):
        return Arrival.Outcome.REFUSED, reason[:200]
    if not request.user.is_authenticated:
        return Arrival.Outcome.SIGNED_OUT, ""
    moved = getattr(request, "moved", None)
    return (Arrival.Outcome.MOVED, str(moved)) if moved else (Arrival.Outcome.NOTHING, "")
