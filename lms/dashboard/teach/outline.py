"""The course as the teacher's pages list it: tracks, lessons, and what each asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from content.missions import Mission, read_missions
from content.models import Exercise, LessonPage
from content.pages import published_lessons
from content.syllabus import lesson_folder
from lms.classes.figures import Asks
from lms.progress.state import asked_by


@dataclass(frozen=True)
class OutlineExercise:
    pk: int
    lesson: str
    slug: str
    title: str


@dataclass(frozen=True)
class OutlineLesson:
    slug: str
    title: str
    track: str
    missions: tuple[Mission, ...]
    exercises: tuple[OutlineExercise, ...]

    @property
    def asks(self) -> Asks:
        return Asks(len(self.missions), len(self.exercises))


@dataclass(frozen=True)
class OutlineTrack:
    slug: str
    title: str
    lessons: tuple[OutlineLesson, ...]


@dataclass(frozen=True)
class Outline:
    tracks: tuple[OutlineTrack, ...]

    @property
    def lessons(self) -> dict[str, OutlineLesson]:
        return {lesson.slug: lesson for track in self.tracks for lesson in track.lessons}

    @property
    def exercises(self) -> dict[int, OutlineExercise]:
        return {one.pk: one for lesson in self.lessons.values() for one in lesson.exercises}

    @property
    def asks(self) -> Mapping[str, Asks]:
        return {slug: lesson.asks for slug, lesson in self.lessons.items()}


MOST_KEPT = 1000  # pages
# What a page shows, by the page and when it was published: bodies are long, and seldom change.
_shown: dict[tuple[int, datetime | None], tuple[bool, tuple[str, ...]]] = {}


def outline() -> Outline:
    """Return the published lessons, with the exercises that learners have, in the roadmap's order.

    The same few queries, whatever their number.
    """
    exercises: dict[str, dict[str, OutlineExercise]] = defaultdict(dict)
    for pk, lesson, slug, title in Exercise.objects.live().values_list("pk", "lesson", "slug", "title"):
        exercises[lesson][slug] = OutlineExercise(pk, lesson, slug, title)
    tracks = published_lessons()
    _read_bodies([page for _, pages in tracks for page in pages])
    return Outline(
        tuple(
            OutlineTrack(
                track.slug,
                track.title,
                tuple(_lesson(page, track.slug, exercises[page.slug]) for page in pages),
            )
            for track, pages in tracks
        )
    )


def _read_bodies(pages: list[LessonPage]) -> None:
    if len(_shown) > MOST_KEPT:
        _shown.clear()
    missing = [page.pk for page in pages if (page.pk, page.last_published_at) not in _shown]
    if missing:
        for page in LessonPage.objects.filter(pk__in=missing):
            # Whatever the body names counts as there: what is not is left out below.
            named = [raw["value"] for raw in page.body.raw_data if raw["type"] == "exercise"]
            asked = asked_by(page, [Mission("any", "", "")], named)
            _shown[page.pk, page.last_published_at] = (bool(asked.missions), asked.exercises)


def _lesson(page: LessonPage, track: str, exercises: dict[str, OutlineExercise]) -> OutlineLesson:
    has_demo, slugs = _shown[page.pk, page.last_published_at]
    return OutlineLesson(
        page.slug,
        page.title,
        track,
        read_missions(lesson_folder(track, page.slug)) if has_demo else (),
        tuple(exercises[slug] for slug in slugs if slug in exercises),
    )
