"""The parts of a lesson's page that change when something was done; the template tags render the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from content.markdown import render_inline, render_markdown
from content.models import LessonPage
from lms.progress.notes import MOST_TEXT, bookmarks_in, note_of
from lms.progress.places import headings_of
from lms.progress.questions import questions_of
from lms.progress.state import progress_of


@dataclass(frozen=True)
class MissionItem:
    slug: str
    title: SafeString
    hint: SafeString
    done: bool


def lesson_context(request: HttpRequest, page: LessonPage) -> dict[str, Any]:
    """For progress/lesson_progress.html: what is left of this lesson, by name."""
    progress = progress_of(request).of_page(page)
    titles = {exercise.slug: exercise.title for exercise in page.shown_exercises}
    return {
        "page": page,
        "progress": progress,
        "done_count": progress.things - progress.left,
        "missions_left": [
            render_inline(mission.title)
            for mission in page.missions()
            if mission.slug in progress.missions_left
        ],
        "next_question": questions_of(page)[progress.questions_left[0]].anchor
        if progress.questions_left
        else "",
        "exercises_left": [
            {"url": reverse("workspace", args=[page.slug, slug]), "title": titles.get(slug, slug)}
            for slug in progress.exercises_left
        ],
    }


def missions_context(request: HttpRequest, page: LessonPage) -> dict[str, Any]:
    """For progress/mission_list.html."""
    done = progress_of(request).done(page.slug).missions
    items = [
        MissionItem(
            mission.slug, render_inline(mission.title), render_markdown(mission.hint), mission.slug in done
        )
        for mission in page.missions()
    ]
    return {"page": page, "missions": items, "done": sum(item.done for item in items)}


def read_context(request: HttpRequest, page: LessonPage) -> dict[str, Any]:
    """For progress/read_marker.html."""
    return {"page": page, "read": progress_of(request).done(page.slug).read}


def notes_context(request: HttpRequest, page: LessonPage) -> dict[str, Any]:
    """For progress/own_notes.html. A mark on a heading that is gone is not shown, and kept."""
    learner = progress_of(request).learner
    note, marked = note_of(learner, page.slug), bookmarks_in(learner, page.slug)
    headings = headings_of(page)
    return {
        "page": page,
        "note": note,
        "most_text": MOST_TEXT,
        "bookmarks": [heading for heading in headings if heading.id in marked],
        "headings": [heading for heading in headings if heading.id not in marked],
    }
