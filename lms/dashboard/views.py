from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.models import LessonPage
from content.pages import RoadmapTrack, roadmap
from lms.accounts.models import Learner
from lms.classes.models import Membership
from lms.dashboard.home import home_of
from lms.dashboard.path import DAYS, path_of
from lms.grading.feedback import MOST_SHOWN, feedback_for
from lms.progress.activity import days_of, streak
from lms.progress.certificates import offers
from lms.progress.models import Bookmark, Note
from lms.progress.places import headings_of
from lms.progress.reviews import due_questions
from lms.progress.state import progress_of


@never_cache
@require_safe
def my_progress(request: HttpRequest) -> HttpResponse:
    """The learner's own page: the path so far, what comes next, what comes back, notes, certificates."""
    now = timezone.now()
    progress, tracks = progress_of(request), roadmap(request)
    learner = progress.learner
    zone, today = timezone.get_current_timezone(), timezone.localdate(now)
    counts = days_of(learner, since=now - timedelta(days=DAYS + 7), zone=zone)
    return render(
        request,
        "dashboard/my_progress.html",
        {
            "home": home_of(progress, tracks),
            "tracks": tracks,
            "path": path_of(counts, today),
            "streak": streak(counts, today),
            "due": len(due_questions(learner, now)),
            "notes": _notes(learner, tracks) if learner else [],
            "bookmarks": _bookmarks(learner) if learner else [],
            "offers": offers(progress, tracks),
            "memberships": _memberships(learner) if learner else [],
            "feedback": list(feedback_for(learner)[:MOST_SHOWN]),
        },
    )


def _memberships(learner: Learner) -> list[Membership]:
    found = Membership.objects.filter(learner=learner).select_related("cohort")
    return list(found.prefetch_related("cohort__teachers").order_by("-joined_at"))


def _notes(learner: Learner, tracks: list[RoadmapTrack]) -> list[dict[str, Any]]:
    """The notes, the newest first; one on a lesson that is gone is still the learner's."""
    rows = {row.slug: row for track in tracks for row in track.rows}
    return [
        {
            "text": note.text,
            "updated_at": note.updated_at,
            "title": rows[note.lesson].name if note.lesson in rows else note.lesson,
            "url": f"{rows[note.lesson].url}#own-notes" if note.lesson in rows else "",
        }
        for note in Note.objects.filter(learner=learner).order_by("-updated_at")
    ]


def _bookmarks(learner: Learner) -> list[dict[str, str]]:
    """Marked headings that are still there, the newest first."""
    rows = list(Bookmark.objects.filter(learner=learner).order_by("-created_at", "pk"))
    pages = {
        page.slug: page
        for page in LessonPage.objects.live().public().filter(slug__in={r.lesson for r in rows})
    }
    headings = {slug: {found.id: found.text for found in headings_of(page)} for slug, page in pages.items()}
    return [
        {
            "url": f"{pages[row.lesson].url}#{row.heading}",
            "lesson": pages[row.lesson].title,
            "text": headings[row.lesson][row.heading],
        }
        for row in rows
        if row.heading in headings.get(row.lesson, {})
    ]
