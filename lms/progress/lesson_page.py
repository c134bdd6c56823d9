"""A lesson's page, quickly: what is everybody's is kept, what is somebody's is put in.

Somebody who has done nothing yet is shown the page of everybody who has done nothing, made once. It has holes
for what must be their own: the CSRF token, and the badge that says to the demos site who they are. All others
have it rendered for them, from the lesson that is kept. A nonce would be a third hole; this page has none.
"""

from __future__ import annotations

import re
import secrets
import time
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from wagtail.views import serve

from content import course
from lms.accounts.learners import newcomer_key
from lms.progress.holes import PageWithHoles
from lms.progress.receipts import make_badge
from lms.progress.state import ProgressOfRequest

TEMPLATE = "content/lesson_page.html"
LOOK_AT_FILES_EVERY = 1.0  # seconds
# Nobody can guess these, so no text of a lesson has them.
_TOKEN_HOLE, _BADGE_HOLE = (f"hole{secrets.token_hex(16)}" for _ in range(2))


def show_lesson(request: HttpRequest, track: str, lesson: str) -> HttpResponse:
    """Answer with the published lesson; whatever else is asked for, Wagtail knows."""
    path = f"{track}/{lesson}"
    now = course.current() if request.method in ("GET", "HEAD") else None
    shown = course.shown_lesson(now, path, request) if now else None
    if now is None or shown is None:
        return serve(request, f"{path}/")
    key = newcomer_key(request) if not get_messages(request) else None
    if key is None:
        return TemplateResponse(request, TEMPLATE, shown.fresh_context())
    page = _page_for_newcomers(now, path, shown, request)
    values = {_TOKEN_HOLE: get_token(request), _BADGE_HOLE: make_badge(key)}
    if not re.search(r"\bgzip\b", request.headers.get("Accept-Encoding", "")):
        return HttpResponse(page.filled(values))
    response = HttpResponse(page.gzipped(values), headers={"Content-Encoding": "gzip"})
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _page_for_newcomers(
    now: course.Course, path: str, shown: course.ShownLesson, request: HttpRequest
) -> PageWithHoles:
    key = (
        path,
        settings.DEMOS_ORIGIN,
        _last_change(shown.page.folder, int(time.monotonic() / LOOK_AT_FILES_EVERY)),
    )
    found: PageWithHoles | None = now.kept.get(key)
    if found is None:
        request._progress = ProgressOfRequest(None)  # type: ignore[attr-defined]
        holes = {"csrf_token": mark_safe(_TOKEN_HOLE), "badge": _BADGE_HOLE}  # noqa: S308 - letters and digits
        text = render_to_string(TEMPLATE, {**shown.fresh_context(), **holes}, request)
        for older in [other for other in list(now.kept) if isinstance(other, tuple) and other[0] == path]:
            now.kept.pop(older, None)
        found = now.kept[key] = PageWithHoles(text, [_TOKEN_HOLE, _BADGE_HOLE])
    return found


@lru_cache(maxsize=128)
def _last_change(folder: Path, tick: int) -> tuple[int, int]:
    """Return how many files a lesson's folder has, and when the last one of them was changed, in ns.

    `tick` only makes the answer forgotten: an author who edits a demo's code sees it in
    the lesson after LOOK_AT_FILES_EVERY.
    """
    found = [file.stat().st_mtime_ns for file in folder.rglob("*") if file.suffix != ".pyc"]
    return len(found), max(found, default=0)
