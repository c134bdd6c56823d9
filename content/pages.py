"""What the templates of the roadmap and of a lesson are given, in a few queries whatever their length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.http import HttpRequest
from django.utils.safestring import SafeString

from content.markdown import HeadingIds, outline, render_inline
from content.syllabus import Row, Track, read_syllabus

if TYPE_CHECKING:
    from content.models import LessonPage, RoadmapPage


@dataclass(frozen=True)
class RoadmapRow:
    """A row of the roadmap; `page` and `url` are None and empty until its lesson is published."""

    slug: str
    track: str
    feature: str
    why: str
    page: LessonPage | None
    url: str

    @property
    def name(self) -> str:
        """The feature's name: what stands before the dash."""
        return self.feature.partition(" – ")[0]

    @property
    def what(self) -> str:
        """What the feature does, in the roadmap's words; empty where it says nothing more."""
        return self.feature.partition(" – ")[2]

    @property
    def name_html(self) -> SafeString:
        return render_inline(self.name)

    @property
    def what_html(self) -> SafeString:
        return render_inline(self.what)

    @property
    def why_html(self) -> SafeString:
        return render_inline(self.why)


@dataclass(frozen=True)
class RoadmapTrack:
    slug: str
    title: str
    rows: tuple[RoadmapRow, ...]

    @property
    def published(self) -> int:
        return sum(row.page is not None for row in self.rows)


def roadmap(request: HttpRequest | None) -> list[RoadmapTrack]:
    """Return the tracks with all their rows: one query for the pages, and the syllabus from disk."""
    found, tracks = _published(), read_syllabus()
    extra = _written_here(found, tracks)
    return [_track(track, found, extra.get(track.slug, ()), request) for track in tracks]


def published_lessons() -> list[tuple[Track, list[LessonPage]]]:
    """Return the tracks, each with its published lessons in the roadmap's order, without their bodies."""
    found, tracks = _published(), read_syllabus()
    extra = _written_here(found, tracks)
    return [
        (track, [*(found[row.slug] for row in track.rows if row.slug in found), *extra.get(track.slug, ())])
        for track in tracks
    ]


def _published() -> dict[str, LessonPage]:
    lesson_page = apps.get_model("content", "LessonPage")
    return {page.slug: page for page in lesson_page.objects.live().public().defer("body")}


def _written_here(found: dict[str, LessonPage], tracks: tuple[Track, ...]) -> dict[str, list[LessonPage]]:
    """Return the lessons that were written in the admin and have no folder yet, by track."""
    known = {row.slug for track in tracks for row in track.rows}
    pages = [page for slug, page in found.items() if slug not in known]
    if not pages:
        return {}
    track_page = apps.get_model("content", "TrackPage")
    slugs = dict(track_page.objects.values_list("path", "slug"))
    by_track: dict[str, list[LessonPage]] = {}
    for page in sorted(pages, key=lambda page: page.path):
        by_track.setdefault(slugs.get(page.path[: -page.steplen], ""), []).append(page)
    return by_track


def _track(
    track: Track, found: dict[str, LessonPage], extra: Iterable[LessonPage], request: HttpRequest | None
) -> RoadmapTrack:
    rows = [_row(row, found.get(row.slug), request) for row in track.rows]
    rows += [
        RoadmapRow(page.slug, track.slug, page.feature, page.why, page, page.get_url(request) or "")
        for page in extra
    ]
    return RoadmapTrack(track.slug, track.title, tuple(rows))


def _row(row: Row, page: LessonPage | None, request: HttpRequest | None) -> RoadmapRow:
    if page is None:
        return RoadmapRow(row.slug, row.track, row.feature, row.why, None, "")
    # An instructor may have put it better since; the page is what the learner will read.
    return RoadmapRow(row.slug, row.track, page.feature, page.why, page, page.get_url(request) or "")


def roadmap_context(page: RoadmapPage, request: HttpRequest) -> dict[str, Any]:
    tracks = roadmap(request)
    rows = [row for track in tracks for row in track.rows]
    return {
        "tracks": tracks,
        "row_count": len(rows),
        "published_count": sum(row.page is not None for row in rows),
        "hours": round(sum(row.page.minutes for row in rows if row.page is not None) / 60),
    }


def next_lesson(tracks: list[RoadmapTrack], slug: str) -> RoadmapRow | None:
    """Return the published lesson that follows the one of this slug in the course."""
    published = [row for track in tracks for row in track.rows if row.page is not None or row.slug == slug]
    place = next((number for number, row in enumerate(published) if row.slug == slug), len(published))
    return published[place + 1] if place + 1 < len(published) else None


def lesson_context(page: LessonPage, request: HttpRequest) -> dict[str, Any]:
    """Return the lesson's place in the course, its outline and its exercises."""
    tracks = roadmap(request)
    rows = {row.slug: row for track in tracks for row in track.rows}
    published = [row for row in rows.values() if row.page is not None or row.slug == page.slug]
    place = next((number for number, row in enumerate(published) if row.slug == page.slug), None)
    return {
        "tracks": tracks,
        "track": next((track for track in tracks if track.slug == page.track_slug), None),
        "row": rows.get(page.slug),
        "previous_row": published[place - 1] if place else None,
        "next_row": next_lesson(tracks, page.slug),
        "needs": [rows[slug] for slug in page.needs_list if slug in rows],
        "roadmap_url": page.get_parent().get_parent().get_url(request),
        "about": page.search_description or f"{page.feature}. {page.why}.".replace("`", ""),
        "feature_html": render_inline(page.feature),
        "why_html": render_inline(page.why),
        "objectives_html": [render_inline(objective) for objective in page.objectives_list],
        "outline": outline([child.value for child in page.body if child.block_type == "prose"]),
        "heading_ids": HeadingIds(),
        "exercises": {
            exercise.slug: exercise
            for exercise in page.exercises(with_drafts=getattr(request, "is_preview", False))
        },
    }
