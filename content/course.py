"""Published lessons, kept in this process for as long as nothing that they show has changed.

Wagtail asks the database for every part of a page's address, and a lesson's page asks for the roadmap and
the exercises besides. Here one query tells whether any of that has changed since it was read, in whatever
process. What is on disk (excerpts, missions) is not kept here.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction, Site

from content.markdown import HeadingIds
from content.models import Exercise, LessonPage
from content.syllabus import read_syllabus

# Publishing, unpublishing, moving and removing pages; exercises; who may see a page; where the site begins.
# Sums beside the times: of two changes that overlap, the one with the earlier time may be seen last.
_STAMP = f"""
SELECT COUNT(*), COUNT(CASE WHEN live THEN 1 END), MAX(last_published_at), MAX(latest_revision_created_at),
    SUM(id * LENGTH(url_path)), SUM(id * numchild), SUM(live_revision_id),
    (SELECT MAX(updated_at) FROM {Exercise._meta.db_table}),
    (SELECT COUNT(CASE WHEN live THEN 1 END) FROM {Exercise._meta.db_table}),
    (SELECT SUM(live_revision_id) FROM {Exercise._meta.db_table}),
    (SELECT SUM(id) FROM {PageViewRestriction._meta.db_table}),
    (SELECT SUM(id * root_page_id) FROM {Site._meta.db_table})
FROM {Page._meta.db_table}
"""  # noqa: S608 - names of our own tables


@dataclass(frozen=True)
class ShownLesson:
    """A published lesson and what its template needs of the course.

    `page` is shared by all requests, and so is `context`: neither is to be changed.
    """

    page: LessonPage
    context: dict[str, Any]

    def fresh_context(self) -> dict[str, Any]:
        """Return the context for one rendering: the ids of headings are given out as they come."""
        return {**self.context, "heading_ids": HeadingIds()}


@dataclass
class Course:
    """What was read while the stamp was this one. `kept` is for whoever derives more from the same rows."""

    stamp: Hashable
    lessons: dict[str, ShownLesson] = field(default_factory=dict)
    kept: dict[Hashable, Any] = field(default_factory=dict)


_course = Course(stamp=None)


def stamp() -> Hashable:
    """Return what is another value as soon as the published course may look different. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        row = cursor.fetchone()
    # The roadmap's rows are files, read again when they change.
    return (*row, settings.LESSONS_DIR, read_syllabus())


def current() -> Course:
    """Return what is kept of the course as it is now: one query, and nothing of it when it has changed."""
    global _course
    now = stamp()
    if _course.stamp != now:
        _course = Course(stamp=now)
    return _course


def shown_lesson(course: Course, path: str, request: HttpRequest) -> ShownLesson | None:
    """Return the lesson at `path` ("track/lesson") as everybody may read it; None where there is none.

    Queries only for a lesson that was not asked for since the course has changed.
    """
    found = course.lessons.get(path)
    if found is None:
        found = _read(path, request)
        if found is not None:  # of addresses that lead nowhere there is no end
            course.lessons[path] = found
    return found


def _read(path: str, request: HttpRequest) -> ShownLesson | None:
    track, _, slug = path.partition("/")
    page = LessonPage.objects.live().public().filter(slug=slug).first()
    if page is None or page.track_slug != track or page.get_url(request) != f"/{path}/":
        return None
    context = page.get_context(request)
    for of_the_request in ("request", "heading_ids"):
        context.pop(of_the_request, None)
    return ShownLesson(page, context)
