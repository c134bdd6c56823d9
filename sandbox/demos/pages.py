"""The site's own pages: which demos there are, and whether it works."""

import uuid
from itertools import groupby

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sandbox.demos import originals
from sandbox.demos.conf import conf


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    tracks = [
        (title, list(demos)) for title, demos in groupby(conf.DEMOS, key=lambda demo: demo.row.track_title)
    ]
    response = render(request, "demos/index.html", {"tracks": tracks})
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; img-src 'self' data:"
    return response


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    checks = {"databases": originals.ready(conf.DEMOS), "storage": _can_write()}
    return JsonResponse(
        {"ready": all(checks.values()), **checks}, status=200 if all(checks.values()) else 503
    )


def _can_write() -> bool:
    probe = conf.DEMOS_VAR_DIR / f".probe-{uuid.uuid4().hex}"
    try:
        probe.write_text("ok")
        probe.unlink()
    except OSError:
        return False
    return True
