"""Content-Security-Policy: the page tells the browser what it needs, and the browser refuses the rest."""

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .models import Policy

# The shop's ordinary pages. Their scripts and styles are files of their own.
OWN_PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'"
)

# The wall runs what strangers wrote. Whatever the switches say, it is an origin of its own that nobody else
# has: no cookies, no storage, no way to its parent, to this site or to any other. As a header, it holds for
# the page itself, opened in whatever way. (Chromium would run no `javascript:` link in a frame that has the
# attribute, too, and that link is one of the things to see.)
CONTAINED = "sandbox allow-scripts allow-forms"

WALLS = {
    Policy.NONE: "",
    Policy.SCRIPTS: (
        "script-src 'nonce-{nonce}'; report-uri {report}; "  # what may run
        "object-src 'none'; base-uri 'none'"  # and ways round it
    ),
    Policy.STRICT: (
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; "
        "form-action 'none'; base-uri 'none'; report-uri {report}"
    ),
}


def wall_policy(policy: str, nonce: str, report: str) -> str:
    chosen = WALLS[Policy(policy)].format(nonce=nonce, report=report)
    return f"{CONTAINED}; {chosen}" if chosen else CONTAINED


def own_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = OWN_PAGES
        return response

    return wrapped
