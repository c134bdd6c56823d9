"""Makes the data of a whole school, batch by batch."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from content.models import Exercise
from lms.accounts.models import Learner, User
from lms.classes.figures import refresh_large
from lms.classes.models import Cohort, Failure, FailurePattern, Figures, Membership, Standing, Tally
from lms.dashboard.scale.rows import insert
from lms.dashboard.scale.work import Task, Work, quotas, task_of, work_of
from lms.dashboard.teach.outline import outline
from lms.grading.models import Submission
from lms.progress.models import LessonRead, MissionDone

# Nobody's: the domain can't exist (RFC 2606).
DOMAIN = "@scale.invalid"
TEACHER = f"teacher{DOMAIN}"
BATCH = 250
USUAL_CLASS = 250
# Of all learners: one class is so large that its numbers are kept.
LARGE_CLASS = 0.2
FIRST_NAMES = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Tim", "Margaret", "Ken")
LAST_NAMES = ("Berg", "Costa", "Diallo", "Eriksen", "Fischer", "Gupta", "Haddad", "Ito", "Jansen", "Kaya")

COLUMNS: dict[type, tuple[str, ...]] = {
    Submission: (
        *("learner", "id", "exercise", "exercise_digest", "state", "checks", "files"),
        *("message", "output", "duration_ms", "created_at", "started_at", "finished_at"),
        *("turn", "retry_at", "tries", "request_id"),
    ),
    Tally: (
        *("learner", "exercise", "attempts", "first_at", "last_at", "latest"),
        *("passed_at", "tries_to_pass", "seconds_to_pass"),
    ),
    Failure: ("learner", "pattern", "times", "latest", "last_at"),
    Standing: ("learner", "lesson", "first_at", "last_at", "read", "missions", "passed"),
    LessonRead: ("learner", "lesson", "read_at"),
    MissionDone: ("learner", "lesson", "mission", "done_at"),
}


class NoCourse(Exception):
    """There is nothing that a made-up learner could do. The message says what to run first."""


@dataclass(frozen=True)
class Plan:
    learners: int
    submissions: int
    exercises: int
    seed: int = 1


def real_learners() -> int:
    """Return how many learners there are who were not made here."""
    return Learner.objects.exclude(user__email__endswith=DOMAIN).count()


def make(plan: Plan, now: datetime, report: Callable[[int], None]) -> None:
    """Make the plan's learners with their work; `report` is told how many submissions there are so far.

    Raises NoCourse.
    """
    start = _first_free_number()
    # Who is made later is somebody else, with other ids.
    rng = random.Random(f"{plan.seed}/{start}")  # noqa: S311
    course = outline()
    if not course.lessons:
        raise NoCourse("There is no lesson yet: run `manage.py load_lessons` first.")
    missions = {one.slug: tuple(each.slug for each in one.missions) for one in course.lessons.values()}
    tasks = _tasks(list(course.lessons), plan.exercises, rng)
    made = 0
    quota = quotas(plan.learners, plan.submissions, rng)
    for first in range(0, plan.learners, BATCH):
        count = min(BATCH, plan.learners - first)
        with transaction.atomic():
            learners = _people(start + first, count, now)
            works = [work_of(tasks, missions, next(quota), now, rng) for _ in learners]
            for model, rows in _rows(learners, works).items():
                insert(model, COLUMNS[model], rows)
        made += sum(len(work.submissions) for work in works)
        report(made)
    with transaction.atomic():
        _classes(now)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    Figures.objects.all().delete()
    refresh_large(course.asks, now)


def remove() -> int:
    """Remove all learners that were made here, with their classes and invented exercises; return how many."""
    made = User.objects.filter(email__endswith=DOMAIN)
    Cohort.objects.filter(teachers__email=TEACHER).delete()
    count = made.count()
    while some := list(made.values_list("pk", flat=True)[:500]):
        User.objects.filter(pk__in=some).delete()
    Exercise.objects.filter(slug__startswith="scale_").delete()
    # Their checks have made-up titles, which the failures of real learners must not get.
    FailurePattern.objects.filter(failures=None).delete()
    Figures.objects.all().delete()
    return count


def _tasks(lessons: list[str], wanted: int, rng: random.Random) -> list[tuple[str, list[Task]]]:
    """Return the lessons with their tasks; where there are too few exercises, some are invented."""
    there = list(Exercise.objects.filter(lesson__in=lessons).order_by("lesson", "slug"))
    if not there:
        raise NoCourse("There is no exercise yet: run `manage.py load_lessons` first.")
    for number in range(len(there), wanted):
        there.append(_invent(there[number % len(there)], lessons[number % len(lessons)], number))
    found: dict[str, list[Task]] = defaultdict(list)
    for exercise in there[:wanted]:
        found[exercise.lesson].append(task_of(exercise, rng))
    return [(lesson, found[lesson]) for lesson in lessons]


def _invent(like: Exercise, lesson: str, number: int) -> Exercise:
    return Exercise.objects.get_or_create(
        lesson=lesson,
        slug=f"scale_{number}",
        defaults={
            "title": f"Made for measuring {number}",
            "kind": like.kind,
            "task": "",
            "checks": like.checks,
        },
    )[0]


def _first_free_number() -> int:
    return User.objects.filter(email__endswith=DOMAIN).count() + 1


def _people(first: int, count: int, now: datetime) -> list[Learner]:
    users = User.objects.bulk_create(
        User(
            email=f"learner-{number:07}{DOMAIN}",
            password="!",  # noqa: S106 - nobody signs in
            first_name=FIRST_NAMES[number % 10],
            last_name=LAST_NAMES[number // 10 % 10],
            date_joined=now,
        )
        for number in range(first, first + count)
    )
    return Learner.objects.bulk_create(Learner(user=user) for user in users)


def _rows(learners: list[Learner], works: list[Work]) -> dict[type, Iterable[tuple[Any, ...]]]:
    pairs = [(learner.pk, work) for learner, work in zip(learners, works, strict=True)]
    return {
        Submission: [_submission(pk, *row) for pk, work in pairs for row in work.submissions],
        Tally: [(pk, *row) for pk, work in pairs for row in work.tallies],
        Failure: [(pk, *row) for pk, work in pairs for row in work.failures],
        Standing: [(pk, *row) for pk, work in pairs for row in work.standings],
        LessonRead: [(pk, *row) for pk, work in pairs for row in work.reads],
        MissionDone: [(pk, *row) for pk, work in pairs for row in work.missions],
    }


def _submission(learner: int, pk: Any, task: Task, outcome: Any, at: datetime) -> tuple[Any, ...]:
    end = at + timedelta(seconds=1)
    return (
        *(learner, pk, task.pk, task.digest, outcome.state, outcome.checks, outcome.files),
        *("", "", 420.0, at, at, end),
        *(at, end, 1, ""),
    )


def _classes(now: datetime) -> None:
    """Put everybody who was made here and is in no class into one: a large one, then usual ones."""
    teacher, _is_new = User.objects.get_or_create(email=TEACHER, defaults={"is_staff": True})
    free = Learner.objects.filter(user__email__endswith=DOMAIN, memberships__isnull=True)
    left = list(free.exclude(user=teacher).order_by("pk").values_list("pk", flat=True))
    size = max(1, round(LARGE_CLASS * len(left)))
    number = Cohort.objects.count()
    while left:
        number += 1
        cohort = Cohort.objects.create(name=f"Measured class {number}", starts_on=now.date())
        cohort.teachers.add(teacher)
        Membership.objects.bulk_create(
            [Membership(cohort=cohort, learner_id=pk, joined_at=now) for pk in left[:size]], batch_size=5000
        )
        left, size = left[size:], USUAL_CLASS
