"""What a page says when it failed: whose fault it was, what became of the work, and when to come back."""

from __future__ import annotations

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from lms.operations.request_ids import current

RETRY_AFTER = 10  # seconds
OURS = "The server failed while it answered. What you had saved is safe. Try again in a moment."
NO_DATABASE = (
    "The course cannot reach its database at the moment. What you had saved is safe. Try again in a moment."
)
FULL = "The course has no space left to store anything. What you had saved is safe; this was not saved."


def is_full(error: BaseException | None) -> bool:
    """Whether a disk has no space left: ours, or the database's."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return True
        # PostgreSQL's class 53100, and SQLite's SQLITE_FULL.
        if getattr(error, "sqlstate", None) == "53100" or "disk is full" in str(error):
            return True
        error = error.__cause__
    return False


def what_happened(error: BaseException | None) -> tuple[int, str]:
    """Return the status and the sentence for the error that ended a request."""
    if is_full(error):
        return 507, FULL
    if isinstance(error, (OperationalError, InterfaceError)):
        return 503, NO_DATABASE
    return 500, OURS


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a page for people, problem details for the API, `{"error"}` for our scripts.

    Nothing here asks the database, or the session.
    """
    status, words = what_happened(sys.exc_info()[1])
    answer = _answer(request, status, words)
    if status == 503:
        answer["Retry-After"] = str(RETRY_AFTER)
    answer["Cache-Control"] = "no-store"
    return answer


def _answer(request: HttpRequest, status: int, words: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        title = {500: "Internal Server Error", 503: "Service Unavailable", 507: "Insufficient Storage"}[
            status
        ]
        problem = {"type": "about:blank", "title": title, "status": status, "detail": words}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    wants_page = "text/html" in request.headers.get("Accept", "")
    if not wants_page and (request.content_type == "application/json" or request.headers.get("X-CSRFToken")):
        return JsonResponse({"error": words}, status=status)
    context = {"words": words, "status": status, "request_id": current()}
    return HttpResponse(render_to_string("500.html", context), status=status)
