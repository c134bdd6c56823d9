"""Uploaded pictures, where no web server in front gives them out."""

from __future__ import annotations

import posixpath

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve

# As nginx says it: a file that is opened by itself may run nothing, and an SVG can hold a script.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# Wagtail's own view gives documents out, and asks first who may have them. nginx keeps to the same.
DOCUMENTS = "documents"


def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer a file below MEDIA_ROOT, 404 for a document."""
    if posixpath.normpath(path).lstrip("/").split("/")[0] == DOCUMENTS:
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response
