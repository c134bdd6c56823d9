"""Numbers: of the course, of a track, of a lesson, of an exercise. All take `?class=`."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from content.models import Exercise
from lms.classes.failures import failures_of
from lms.classes.figures import AllFigures, figures_of
from lms.classes.models import Tally
from lms.classes.seeing import Scope
from lms.classes.stuck import stuck
from lms.dashboard.teach.access import frame, scope_of, teacher_page
from lms.dashboard.teach.charts import bars, course_columns, time_box
from lms.dashboard.teach.outline import Outline, OutlineLesson, outline
from lms.progress.models import MissionDone

MOST_STUCK = 20
MOST_HARDEST = 8


@teacher_page
@require_safe
def course(request: HttpRequest, track: str = "") -> HttpResponse:
    """The whole course, or one track of it, lesson by lesson."""
    scope, now = scope_of(request), timezone.now()
    whole = outline()
    shown = Outline(tuple(one for one in whole.tracks if not track or one.slug == track))
    if not shown.tracks:
        raise Http404("There is no such track.")
    figures = figures_of(scope, whole.asks, now)
    return render(
        request,
        "dashboard/teach/course.html",
        {
            **frame(request, scope),
            "track": shown.tracks[0] if track else None,
            "tracks": [
                {"track": one, "rows": [_lesson_row(lesson, figures) for lesson in one.lessons]}
                for one in shown.tracks
            ],
            "columns": course_columns(shown, figures),
            "hardest": _hardest(shown, figures),
            "size": scope.size(),
            "made_at": figures.made_at,
            **_stuck(scope, now, shown if track else None),
        },
    )


@teacher_page
@require_safe
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    scope, now = scope_of(request), timezone.now()
    whole = outline()
    found = whole.lessons.get(slug)
    if found is None:
        raise Http404("There is no such lesson.")
    figures = figures_of(scope, whole.asks, now)
    numbers = figures.lesson(slug)
    funnel = [("Started", numbers.started), ("Read to the end", numbers.read)]
    if found.missions:
        funnel.append(("All missions of the demo", numbers.missions))
    if found.exercises:
        funnel.append(("All exercises passed", numbers.passed))
    funnel.append(("All of these", numbers.through))
    words = {"text": "in the text", "missions": "at the missions", "exercises": "at the exercises"}
    return render(
        request,
        "dashboard/teach/lesson.html",
        {
            **frame(request, scope),
            "lesson": found,
            "numbers": numbers,
            "funnel": bars(funnel, numbers.started),
            "stopped": bars((words[where], numbers.stopped.get(where, 0)) for where in words),
            "missions": bars(_missions(found, scope), numbers.started),
            "exercises": [{"exercise": one, "figures": figures.exercise(one.pk)} for one in found.exercises],
            "made_at": figures.made_at,
            **_stuck(scope, now, Outline(()), lesson=found),
        },
    )


@teacher_page
@require_safe
def exercise(request: HttpRequest, lesson: str, slug: str) -> HttpResponse:
    scope, now = scope_of(request), timezone.now()
    found = get_object_or_404(Exercise.objects.only("lesson", "slug", "title"), lesson=lesson, slug=slug)
    whole = outline()
    numbers = figures_of(scope, whole.asks, now).exercise(found.pk)
    failures = failures_of(found, scope)
    stuck_here = stuck(scope, now).filter(exercise=found)
    return render(
        request,
        "dashboard/teach/exercise.html",
        {
            **frame(request, scope),
            "exercise": found,
            "lesson": whole.lessons.get(lesson),
            "numbers": numbers,
            "reached": bars([("Tried", numbers.started), ("Passed", numbers.passed)], numbers.started),
            "box": time_box(numbers.seconds) if numbers.seconds else None,
            "checks": bars(failures.checks),
            "failures": failures,
            "stuck": stuck_rows(stuck_here),
            "stuck_count": stuck_here.count(),
        },
    )


def stuck_rows(found: QuerySet[Tally]) -> list[Tally]:
    return list(
        found.select_related("learner__user", "exercise").only(
            *("attempts", "first_at", "last_at", "latest", "exercise__lesson", "exercise__slug"),
            *("exercise__title", "learner__key", "learner__user__email"),
            *("learner__user__first_name", "learner__user__last_name"),
        )[:MOST_STUCK]
    )


def _lesson_row(found: OutlineLesson, figures: AllFigures) -> dict[str, Any]:
    numbers = figures.lesson(found.slug)
    steps = [
        ("Read", numbers.read),
        *([("Missions", numbers.missions)] if found.missions else []),
        *([("Exercises", numbers.passed)] if found.exercises else []),
    ]
    return {"lesson": found, "numbers": numbers, "steps": bars(steps, numbers.started)}


def _hardest(shown: Outline, figures: AllFigures) -> list[dict[str, Any]]:
    """Return the exercises that the smallest share of those who tried has passed."""
    tried = [
        (one, numbers) for one in shown.exercises.values() if (numbers := figures.exercise(one.pk)).started
    ]
    tried.sort(key=lambda pair: (pair[1].passed_percent, -pair[1].started))
    return [{"exercise": one, "figures": numbers} for one, numbers in tried[:MOST_HARDEST]]


def _missions(found: OutlineLesson, scope: Scope) -> list[tuple[str, int]]:
    done = scope.restrict(MissionDone.objects.filter(lesson=found.slug))
    counts = dict(done.values("mission").annotate(learners=Count("pk")).values_list("mission", "learners"))
    return [(mission.title, counts.get(mission.slug, 0)) for mission in found.missions]


def _stuck(
    scope: Scope, now: Any, shown: Outline | None, lesson: OutlineLesson | None = None
) -> dict[str, Any]:
    """Return who is stuck in what is shown; None is the whole course."""
    found = stuck(scope, now)
    if lesson is not None:
        found = found.filter(exercise__lesson=lesson.slug)
    elif shown is not None:
        found = found.filter(exercise__in=list(shown.exercises))
    return {"stuck": stuck_rows(found), "stuck_count": found.count()}
