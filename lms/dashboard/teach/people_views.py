"""Learners: the list, one of them, their path through an exercise, an attempt with its comments."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from content.models import Exercise
from lms.accounts.models import Learner
from lms.classes.figures import enough_exercises, enough_missions
from lms.classes.models import Standing, Tally
from lms.classes.models.counts import STUCK_TRIES
from lms.classes.seeing import visible_cohorts, visible_learners
from lms.classes.stuck import LATELY
from lms.dashboard.teach.access import frame, learner_of, scope_of, teacher, teacher_page
from lms.dashboard.teach.attempts import Step, path_through, source_files, steps_of
from lms.dashboard.teach.charts import attempt_dots
from lms.dashboard.teach.forms import FeedbackForm
from lms.dashboard.teach.outline import outline
from lms.grading.feedback import feedback_for, give_feedback
from lms.grading.models import Submission

LEARNERS_A_PAGE = 50
MOST_CHARACTERS = 120  # of what is looked for
ATTEMPTS_A_PAGE = 10
LATEST = 15


@teacher_page
@require_safe
def learners(request: HttpRequest) -> HttpResponse:
    """The scope's learners by address, a page at a time; `q` looks in names and addresses."""
    scope, words = scope_of(request), request.GET.get("q", "").replace("\0", "").strip()[:MOST_CHARACTERS]
    found = scope.restrict(Learner.objects.filter(user__isnull=False), "pk")
    for word in words.split():
        found = found.filter(
            Q(user__email__icontains=word)
            | Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
        )
    page = Paginator(found.select_related("user").order_by("user__email"), LEARNERS_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "dashboard/teach/learners.html",
        {**frame(request, scope), "page": page, "rows": learner_rows(list(page)), "q": words},
    )


def learner_rows(shown: list[Learner]) -> list[dict[str, Any]]:
    """Return each learner with their numbers: the outline's queries, and two more."""
    asks = outline().asks
    through = Q(read=True) & enough_missions(asks) & enough_exercises(asks)
    lately = Q(passed_at__isnull=True, attempts__gte=STUCK_TRIES, last_at__gte=timezone.now() - LATELY)
    standings = Standing.objects.filter(learner__in=shown).values("learner")
    tallies = Tally.objects.filter(learner__in=shown).values("learner")
    lessons = {
        row["learner"]: row
        for row in standings.annotate(
            started=Count("pk"), through=Count("pk", filter=through), last=Max("last_at")
        )
    }
    exercises = {
        row["learner"]: row
        for row in tallies.annotate(
            tried=Count("pk"),
            passed=Count("passed_at"),
            made=Sum("attempts"),
            stuck=Count("pk", filter=lately),
        )
    }
    nothing: dict[str, Any] = {}
    return [
        {
            "learner": one,
            "lessons": lessons.get(one.pk, nothing),
            "exercises": exercises.get(one.pk, nothing),
        }
        for one in shown
    ]


@teacher_page
@require_safe
def learner(request: HttpRequest, pk: int) -> HttpResponse:
    """One learner: every lesson they began, every exercise they tried, the latest attempts."""
    found = learner_of(request, pk)
    whole = outline()
    standings = {row.lesson: row for row in Standing.objects.filter(learner=found)}
    tallies = {row.exercise_id: row for row in Tally.objects.filter(learner=found)}
    latest = list(
        Submission.objects.filter(learner=found)
        .select_related("exercise")
        .only("state", "created_at", "exercise__lesson", "exercise__slug", "exercise__title")
        .order_by("-created_at")[:LATEST]
    )
    return render(
        request,
        "dashboard/teach/learner.html",
        {
            "learner": found,
            "cohorts": visible_cohorts(request.user).filter(memberships__learner=found),
            "lessons": [
                {
                    "lesson": one,
                    "standing": standings[one.slug],
                    "exercises": [(ex, tallies[ex.pk]) for ex in one.exercises if ex.pk in tallies],
                }
                for one in whole.lessons.values()
                if one.slug in standings
            ],
            "latest": latest,
            "comments": feedback_for(found)[:LATEST],
            "passed": sum(tally.passed_at is not None for tally in tallies.values()),
            "made": sum(tally.attempts for tally in tallies.values()),
        },
    )


@teacher_page
@require_safe
def path(request: HttpRequest, pk: int, lesson: str, slug: str) -> HttpResponse:
    """A learner's attempts at an exercise, the newest first, each with its difference from the last."""
    found = learner_of(request, pk)
    exercise = get_object_or_404(Exercise, lesson=lesson, slug=slug)
    attempts = Submission.objects.filter(learner=found, exercise=exercise).order_by("-created_at", "-pk")
    page = Paginator(attempts.defer("output"), ATTEMPTS_A_PAGE).get_page(request.GET.get("page"))
    steps = path_through(exercise, page)
    return render(
        request,
        "dashboard/teach/path.html",
        {
            "learner": found,
            "exercise": exercise,
            "tally": Tally.objects.filter(learner=found, exercise=exercise).first(),
            "page": page,
            "steps": steps,
            "dots": attempt_dots([_dot(step) for step in reversed(steps)]),
        },
    )


@teacher_page
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, submission_id: uuid.UUID) -> HttpResponse:
    """An attempt: what was handed in, what the checks said; a POST of `text` comments on it."""
    found = (
        Submission.objects.filter(pk=submission_id, learner__in=visible_learners(request.user))
        .select_related("exercise", "learner__user")
        .first()
    )
    if found is None:
        raise Http404("None of your classes has such an attempt.")
    form = FeedbackForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        give_feedback(
            submission=found,
            author=teacher(request),
            text=form.cleaned_data["text"],
            now=timezone.now(),
        )
        messages.success(request, "The learner will read it beside the code.")
        return redirect("teach_attempt", found.pk)
    (step,) = steps_of(found.exercise, [found], _before(found))
    return render(
        request,
        "dashboard/teach/attempt.html",
        {
            "step": step,
            "attempt": found,
            "exercise": found.exercise,
            "learner": found.learner,
            "files": source_files(found),
            "comments": found.feedback.select_related("author").order_by("created_at", "pk"),
            "form": form,
        },
        status=400 if form.errors else 200,
    )


def _before(found: Submission) -> Submission | None:
    mine = Submission.objects.filter(learner=found.learner, exercise=found.exercise)
    earlier = mine.filter(created_at__lt=found.created_at).order_by("-created_at")
    return earlier.only("files", "created_at", "cleared_at").first()


def _dot(step: Step) -> tuple[str, int, int, str]:
    attempt = step.attempt
    title = f"Attempt {step.number}: {attempt.get_state_display()}, {step.passed} of {step.total} checks"
    return (attempt.state, step.passed, step.total, title)
