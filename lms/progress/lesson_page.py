"""A lesson's page, quickly: what is everybody's is kept, what is somebody's is put in.

Somebody who has done nothing yet is shown the page of everybody who has done nothing, made once. It has holes
for what must be their own: the CSRF token, and the badge that says to the demos site who they are. All others
have it rendered for them, from the lesson that is kept. A nonce would be a third hole; this page has none.

What was answered to one of them lms/newcomers.py answers the next, before Django is asked.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
import uuid
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import ResolverMatch
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from wagtail.views import serve

from content import course
from lms.accounts.learners import newcomer_key
from lms.compression import accepts_gzip
from lms.progress.holes import PageWithHoles
from lms.progress.receipts import make_badge
from lms.progress.state import ProgressOfRequest

TEMPLATE = "content/lesson_page.html"
LOOK_AT_FILES_EVERY = 1.0  # seconds
# Nobody can guess these, so no text of a lesson has them.
_TOKEN_HOLE, _BADGE_HOLE = (f"hole{secrets.token_hex(16)}" for _ in range(2))


# In the scope of an ASGI request: the PageForNewcomers with which the view has answered.
IN_SCOPE = "lms.page_for_newcomers"


@dataclass(frozen=True)
class PageForNewcomers:
    """A lesson as everybody sees it who has done nothing yet, and which URL pattern it was asked for by."""

    path: str
    folder: Path
    page: PageWithHoles
    match: ResolverMatch | None

    def is_shown_now(self) -> bool:
        """Whether somebody who asks at this moment is to see this. One query."""
        return course.current().kept.get(_kept_by(self.path, self.folder)) is self.page


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
    scope = getattr(request, "scope", None)
    if scope is not None:
        scope[IN_SCOPE] = PageForNewcomers(path, shown.page.folder, page, request.resolver_match)
    return filled(page, request, key)


def filled(page: PageWithHoles, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Answer with the page, its holes filled for the visitor of this key, compressed if they take it so."""
    values = {_TOKEN_HOLE: get_token(request), _BADGE_HOLE: make_badge(key)}
    if accepts_gzip(request.headers.get("Accept-Encoding", "")):
        response = HttpResponse(page.gzipped(values), headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(page.filled(values))
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _page_for_newcomers(
    now: course.Course, path: str, shown: course.ShownLesson, request: HttpRequest
) -> PageWithHoles:
    key = _kept_by(path, shown.page.folder)
    found: PageWithHoles | None = now.kept.get(key)
    if found is None:
        request._progress = ProgressOfRequest(None)  # type: ignore[attr-defined]
        holes = {"csrf_token": mark_safe(_TOKEN_HOLE), "badge": _BADGE_HOLE}  # noqa: S308 - letters and digits
        text = render_to_string(TEMPLATE, {**shown.fresh_context(), **holes}, request)
        found = PageWithHoles(text, [_TOKEN_HOLE, _BADGE_HOLE])
        for older in [other for other in list(now.kept) if isinstance(other, tuple) and other[0] == path]:
            now.kept.pop(older, None)
        # Where templates are being written, each request shows them as they are.
        if not settings.DEBUG:
            now.kept[key] = found
    return found


def _kept_by(path: str, folder: Path) -> Hashable:
    return path, settings.DEMOS_ORIGIN, _last_change(folder, int(time.monotonic() / LOOK_AT_FILES_EVERY))


@lru_cache(maxsize=128)
def _last_change(folder: Path, tick: int) -> tuple[int, int]:
    """Return how many files a lesson's folder has, and when the last one of them was changed, in ns.

    `tick` only makes the answer forgotten: an author who edits a demo's code sees it in
    the lesson after LOOK_AT_FILES_EVERY.
    """
    found = list(_changes(folder))
    return len(found), max(found, default=0)


def _changes(folder: Path | str) -> Iterator[int]:
    # A lesson of the admin has no folder yet, and one that is exported has none for a moment.
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # it has gone this moment
                if entry.is_dir(follow_symlinks=False):
                    yield from _changes(entry.path)
                elif not entry.name.endswith(".pyc"):
                    yield entry.stat().st_mtime_ns
