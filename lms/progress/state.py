"""How far the learner behind a request is, read from the database once a request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from content import course
from content.missions import Mission, read_missions
from content.models import Exercise, LessonPage
from content.syllabus import rows
from lms.accounts.learners import find_learner
from lms.accounts.models import Learner
from lms.grading.models import Submission
from lms.progress.models import LessonRead, MissionDone, QuizAnswer
from lms.progress.questions import questions_of
from lms.progress.rules import Asked, Done, LessonProgress

_KEPT = "lms.progress.asked"  # in content.course.Course.kept


class ProgressOfRequest:
    """The learner's progress, kept for one request: a roadmap of any length takes the same few queries."""

    def __init__(self, learner: Learner | None) -> None:
        self.learner = learner
        self._done: dict[str, Done] | None = None
        self._answers: list[QuizAnswer] | None = None
        self._roadmap: dict[str, LessonProgress] | None = None
        self._pages: dict[int, LessonProgress] = {}

    def done(self, lesson: str) -> Done:
        if self._done is None:
            self._done = done_by(self.learner, self.answers()) if self.learner else {}
        return self._done.get(lesson, Done())

    def answers(self) -> list[QuizAnswer]:
        """Return what the learner answered to every question, read once."""
        if self._answers is None:
            rows = QuizAnswer.objects.filter(learner=self.learner) if self.learner else ()
            self._answers = list(rows)
        return self._answers

    def latest_answers(self, lesson: str) -> dict[str, list[int]]:
        """Return the answers that were ticked last in a lesson, by the question's key."""
        return {row.question: row.latest_answers for row in self.answers() if row.lesson == lesson}

    def of_page(self, page: LessonPage) -> LessonProgress:
        """Return the progress in the lesson as this page has it, be it published or a draft."""
        if page.pk not in self._pages:
            exercises = (exercise.slug for exercise in page.shown_exercises)
            asked = asked_by(page, page.missions(), exercises)
            self._pages[page.pk] = LessonProgress(asked, self.done(page.slug))
        return self._pages[page.pk]

    def of_row(self, slug: str) -> LessonProgress | None:
        """Return the progress in a row of the roadmap; None for one whose lesson is not published."""
        if self._roadmap is None:
            self._roadmap = {
                asked.lesson: LessonProgress(asked, self.done(asked.lesson)) for asked in _course()
            }
        return self._roadmap.get(slug)


def progress_of(request: HttpRequest) -> ProgressOfRequest:
    """Return the progress of the learner behind this request, as it was when first asked for."""
    found = getattr(request, "_progress", None)
    if found is None:
        found = refresh(request)
    return found


def refresh(request: HttpRequest) -> ProgressOfRequest:
    """Forget what was read for this request: to be called after something was recorded."""
    found = ProgressOfRequest(find_learner(request))
    request._progress = found  # type: ignore[attr-defined]
    return found


def asked_by(page: LessonPage, missions: Iterable[Mission], exercises: Iterable[str]) -> Asked:
    """Return what a page asks for, of the missions and exercises (slugs) that its lesson has."""
    there = set(exercises)
    slugs = dict.fromkeys(raw["value"] for raw in page.body.raw_data if raw["type"] == "exercise")
    return Asked(
        lesson=page.slug,
        missions=tuple(mission.slug for mission in missions) if _has_demo(page) else (),
        exercises=tuple(slug for slug in slugs if slug in there),
        questions=tuple(questions_of(page)),
    )


def done_by(learner: Learner, answers: Iterable[QuizAnswer] | None = None) -> dict[str, Done]:
    """Return what a learner has done, by lesson: four queries, or three with the answers at hand."""
    sets: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for lesson, mission in MissionDone.objects.filter(learner=learner).values_list("lesson", "mission"):
        sets[lesson]["missions"].add(mission)
    for row in QuizAnswer.objects.filter(learner=learner) if answers is None else answers:
        sets[row.lesson]["answered"].add(row.question)
        if row.right_at is not None:
            sets[row.lesson]["questions"].add(row.question)
    for lesson, slug, passed in _submissions(learner):
        sets[lesson]["tried"].add(slug)
        if passed:
            sets[lesson]["exercises"].add(slug)
    read = set(LessonRead.objects.filter(learner=learner).values_list("lesson", flat=True))
    return {lesson: _frozen(sets[lesson], lesson in read) for lesson in read | set(sets)}


def _submissions(learner: Learner) -> Iterable[tuple[str, str, int]]:
    """Yield (lesson, exercise, how many passed) for each exercise that the learner tried."""
    tries = Submission.objects.filter(learner=learner).values("exercise__lesson", "exercise__slug")
    passed = Count("pk", filter=Q(state=Submission.State.PASSED))
    return tries.annotate(passed=passed).values_list("exercise__lesson", "exercise__slug", "passed")


def _frozen(sets: dict[str, set[str]], read: bool) -> Done:
    named: dict[str, Any] = {name: frozenset(values) for name, values in sets.items()}
    return Done(read=read, **named)


def _course() -> Iterable[Asked]:
    """Yield what each published lesson asks for: one query while nothing is published, and the folders."""
    now = course.current()
    kept: tuple[tuple[Asked, bool], ...] | None = now.kept.get(_KEPT)
    if kept is None:
        kept = now.kept[_KEPT] = tuple(_read_course())
    folders = {row.slug: row.folder for row in rows()}
    for asked, has_demo in kept:
        folder = folders.get(asked.lesson)
        missions = read_missions(folder) if folder is not None and has_demo else ()
        yield replace(asked, missions=tuple(mission.slug for mission in missions))


def _read_course() -> Iterable[tuple[Asked, bool]]:
    """Yield what each published lesson asks for but its missions, and whether it has those."""
    exercises: dict[str, set[str]] = defaultdict(set)
    for lesson, slug in Exercise.objects.live().values_list("lesson", "slug"):
        exercises[lesson].add(slug)
    for page in LessonPage.objects.live().public():
        yield asked_by(page, (), exercises[page.slug]), _has_demo(page)


def _has_demo(page: LessonPage) -> bool:
    """Without the demo on the page, nobody could do its missions."""
    return any(raw["type"] == "demo" for raw in page.body.raw_data)
