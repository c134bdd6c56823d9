"""On one's own machine the site has one name: that which its demos let frame them, and its cookies belong to.

http://127.0.0.1:8000/ reaches it as well, and there every demo would stay an empty frame without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

LOOPBACK = {"127.0.0.1", "::1"}


def one_name(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: lead a page that is asked for by the machine's address to the same by the site's name."""
    origin = urlsplit(settings.WAGTAILADMIN_BASE_URL)

    def middleware(request: HttpRequest) -> HttpResponse:
        host = urlsplit(f"//{request.get_host()}").hostname
        is_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if host in LOOPBACK and origin.hostname not in LOOPBACK and is_page:
            return redirect(f"{origin.scheme}://{origin.netloc}{request.get_full_path()}")
        return get_response(request)

    return middleware
