"""The bank and the attacker's page, kept apart; and the bank's cookies, by the row of its defences."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from . import origins
from .models import Defences


class TwoSitesMiddleware(MiddlewareMixin):
    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> None:
        if not _is_ours(request):
            return
        is_lure = request.resolver_match.url_name in ("kittens", "attack")
        if is_lure != origins.is_attackers(request):
            raise Http404("The bank and the attacker’s page have different hosts.")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        ours = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} & set(response.cookies)
        if _is_ours(request) and ours:
            # A project sets SESSION_COOKIE_SAMESITE and CSRF_COOKIE_SAMESITE once; here it is a switch.
            samesite = Defences.current().samesite
            for name in ours:
                response.cookies[name]["samesite"] = samesite
                if samesite == Defences.SameSite.NONE:
                    response.cookies[name]["secure"] = True  # browsers refuse None without it
        return response


def _is_ours(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.app_name == "csrf"
