"""Answers compressed for whoever takes them so, and for nobody else (RFC 9110, 12.5.3)."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware import gzip
from django.utils.cache import patch_vary_headers


class GZipMiddleware(gzip.GZipMiddleware):
    """Django's own, but for clients that name gzip to say that they do not want it: `gzip;q=0`."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if accepts_gzip(request.headers.get("Accept-Encoding", "")):
            return super().process_response(request, response)
        if not response.has_header("Content-Encoding"):
            patch_vary_headers(response, ["Accept-Encoding"])
        return response


@lru_cache(maxsize=256)
def accepts_gzip(header: str) -> bool:
    """Whether a client with this Accept-Encoding takes gzip. What it does not name is not sent."""
    weights = dict(_weight(part) for part in header.lower().split(",") if part.strip())
    return any(weights.get(name, 0.0) > 0 for name in ("gzip", "x-gzip"))


def _weight(part: str) -> tuple[str, float]:
    """Return a coding and its weight, 0 to 1; 0 where the weight is no number."""
    name, _, parameter = part.partition(";")
    key, _, value = parameter.strip().partition("=")
    if key.strip() != "q":
        return name.strip(), 1.0
    try:
        return name.strip(), float(value)
    except ValueError:
        return name.strip(), 0.0
