"""The numbers of lessons and exercises, for a class or for everybody.

A small class is counted when somebody looks. A large one would take too long for a page: its numbers are
kept in a row of Figures, which `refresh` makes again. Those of all classes of a teacher, where that are many
learners, stay in the cache for two minutes.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet, Sum
from django.db.models import Window as Over
from django.db.models.functions import RowNumber

from lms.accounts.models import Learner
from lms.classes.models import Cohort, Figures, Standing, Tally
from lms.classes.seeing import Scope
from lms.classes.stuck import stuck

# Up to so many learners are counted while the page waits.
MOST_LIVE = 100
# A row of Figures is looked at as often by beat.
CACHED_FOR = timedelta(minutes=2)
# Who has done nothing for so long has stopped.
STOPPED_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Asks:
    """How much a lesson asks for."""

    missions: int
    exercises: int


@dataclass(frozen=True)
class LessonFigures:
    """How many learners: each number is a count of them.

    `stopped` says where those who have been away since were, by what they would have to do next:
    "text", "missions" or "exercises".
    """

    started: int = 0
    read: int = 0
    missions: int = 0
    passed: int = 0
    through: int = 0
    stopped: dict[str, int] = field(default_factory=dict)

    @property
    def stopped_here(self) -> int:
        return sum(self.stopped.values())


@dataclass(frozen=True)
class ExerciseFigures:
    """`seconds` and `tries` are (lower quartile, median, upper quartile) of who passed; None for nobody."""

    started: int = 0
    passed: int = 0
    attempts: int = 0
    stuck: int = 0
    seconds: tuple[int, int, int] | None = None
    tries: tuple[int, int, int] | None = None

    @property
    def median_seconds(self) -> int | None:
        return self.seconds[1] if self.seconds else None

    @property
    def median_tries(self) -> int | None:
        return self.tries[1] if self.tries else None

    @property
    def passed_percent(self) -> int:
        return 100 * self.passed // self.started if self.started else 0


@dataclass(frozen=True)
class AllFigures:
    """`exercises` is by the exercise's primary key."""

    lessons: Mapping[str, LessonFigures]
    exercises: Mapping[int, ExerciseFigures]
    made_at: datetime

    def lesson(self, slug: str) -> LessonFigures:
        return self.lessons.get(slug, LessonFigures())

    def exercise(self, pk: int) -> ExerciseFigures:
        return self.exercises.get(pk, ExerciseFigures())


class Quartiles(Aggregate):
    """The lower quartile, the median and the upper quartile of a column, each a value that occurs in it.

    PostgreSQL computes them; SQLite gives the list of values, and Python does.
    """

    name = "Quartiles"
    output_field = FloatField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "PERCENTILE_DISC(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY %(expressions)s)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="JSON_GROUP_ARRAY(%(expressions)s)", **context)

    def convert_value(self, value: Any, expression: Any, connection: Any) -> tuple[int, int, int] | None:
        if isinstance(value, str):
            return quartiles([one for one in json.loads(value) if one is not None])
        if value is None or value[0] is None:
            return None
        return (int(value[0]), int(value[1]), int(value[2]))


def quartiles(values: list[int]) -> tuple[int, int, int] | None:
    """As PERCENTILE_DISC has them: the first value that at least a quarter (a half …) do not exceed."""
    if not values:
        return None
    ranked = sorted(values)
    first, median, third = (ranked[-(-len(ranked) * part // 4) - 1] for part in (1, 2, 3))
    return (first, median, third)


def figures_of(scope: Scope, asks: Mapping[str, Asks], now: datetime) -> AllFigures:
    """Return all numbers of the scope: counted now for a small one, else as they were made last."""
    if scope.size() <= MOST_LIVE:
        return count(scope, asks, now)
    if scope.teacher is not None:
        return _cached(scope, asks, now)
    return stored(scope) or refresh(scope, asks, now)


def _cached(scope: Scope, asks: Mapping[str, Asks], now: datetime) -> AllFigures:
    # Named after who is in it: numbers that contain somebody who has left are not shown.
    members = scope.members()
    who = members.aggregate(rows=Count("pk"), keys=Sum("pk")) if members is not None else {}
    name = f"figures-{scope.teacher.pk if scope.teacher else 0}-{who.get('rows')}-{who.get('keys')}"
    found: AllFigures | None = cache.get(name)
    if found is None:
        found = count(scope, asks, now)
        cache.set(name, found, CACHED_FOR.total_seconds())
    return found


def stored(scope: Scope) -> AllFigures | None:
    row = Figures.objects.filter(cohort=_kept(scope)).first()
    if row is None:
        return None
    return AllFigures(
        {slug: LessonFigures(**numbers) for slug, numbers in row.lessons.items()},
        {int(pk): _exercise(numbers) for pk, numbers in row.exercises.items()},
        row.made_at,
    )


def refresh(scope: Scope, asks: Mapping[str, Asks], now: datetime) -> AllFigures:
    """Count everything again, and keep it."""
    made = count(scope, asks, now)
    Figures.objects.update_or_create(
        cohort=_kept(scope),
        defaults={
            "lessons": {slug: asdict(numbers) for slug, numbers in made.lessons.items()},
            "exercises": {str(pk): asdict(numbers) for pk, numbers in made.exercises.items()},
            "made_at": now,
        },
    )
    return made


def _kept(scope: Scope) -> Cohort | None:
    """Return the class whose row of Figures the scope has; None is everybody's."""
    if scope.teacher is not None:
        raise ValueError("No row is kept of all classes of a teacher.")
    return scope.cohort


def refresh_large(asks: Mapping[str, Asks], now: datetime) -> int:
    """Refresh the figures of every large scope in which something happened since; return how many."""
    large = Cohort.objects.annotate(members=Count("memberships")).filter(members__gt=MOST_LIVE)
    scopes = [Scope(cohort) for cohort in large]
    if Learner.objects.count() > MOST_LIVE:
        scopes.append(Scope(None))
    changed = [scope for scope in scopes if _is_old(scope, now)]
    for scope in changed:
        refresh(scope, asks, now)
    # A class that has shrunk, or a whole site, is counted live again.
    kept = [scope.cohort.pk for scope in scopes if scope.cohort]
    Figures.objects.exclude(Q(cohort__isnull=True) | Q(cohort__in=kept)).delete()
    return len(changed)


def count(scope: Scope, asks: Mapping[str, Asks], now: datetime) -> AllFigures:
    """Count the scope's numbers from the running counts: four queries."""
    return AllFigures(_lessons(scope, asks, now), _exercises(scope, now), now)


def exercise_numbers(tallies: QuerySet[Tally]) -> ExerciseFigures:
    """Return the numbers of one exercise's tallies, but for `stuck`: one query."""
    return _numbers(tallies.aggregate(**_TALLIES))


_TALLIES: dict[str, Any] = {
    "started": Count("pk"),
    "passed": Count("passed_at"),
    "made": Sum("attempts"),
    "seconds": Quartiles("seconds_to_pass"),
    "tries": Quartiles("tries_to_pass"),
}


def _numbers(found: dict[str, Any], stuck_now: int = 0) -> ExerciseFigures:
    return ExerciseFigures(
        started=found["started"],
        passed=found["passed"],
        attempts=found["made"] or 0,
        stuck=stuck_now,
        seconds=found["seconds"],
        tries=found["tries"],
    )


def _is_old(scope: Scope, now: datetime) -> bool:
    made = stored(scope)
    # Time passes for those who have stopped, even where nobody does anything.
    if made is None or made.made_at < now - timedelta(hours=6):
        return True
    rows = scope.restrict(Standing.objects.all())
    written_since = rows.filter(counted_at__gte=made.made_at - timedelta(minutes=1))
    # A row that is gone leaves no time behind, but it was counted as one that has started.
    return written_since.exists() or rows.count() != sum(one.started for one in made.lessons.values())


def _lessons(scope: Scope, asks: Mapping[str, Asks], now: datetime) -> dict[str, LessonFigures]:
    """Count standings by their numbers; what a lesson asks for is compared once for all that are alike."""
    rows = scope.restrict(Standing.objects.all())
    found: dict[str, Counter[str]] = defaultdict(Counter)
    alike = rows.values("lesson", "read", "missions", "passed").annotate(learners=Count("pk"))
    for lesson, *done, learners in alike.values_list("lesson", "read", "missions", "passed", "learners"):
        counts, left = found[lesson], _left(asks.get(lesson), *done)
        counts["started"] += learners
        for name in ("text", "missions", "exercises"):
            counts[name] += learners * (name not in left)
        counts["through"] += learners * (not left)
    stops = _stops(rows, asks, now)
    return {
        lesson: LessonFigures(
            started=counts["started"],
            read=counts["text"],
            missions=counts["missions"],
            passed=counts["exercises"],
            through=counts["through"],
            stopped=stops.get(lesson, {}),
        )
        for lesson, counts in found.items()
    }


def _left(ask: Asks | None, read: bool, missions: int, passed: int) -> list[str]:
    """Return what of a lesson is left, in its order. Of a lesson that there is not nobody has enough."""
    enough = {
        "text": read,
        "missions": ask is not None and missions >= ask.missions,
        "exercises": ask is not None and passed >= ask.exercises,
    }
    return [name for name, is_enough in enough.items() if not is_enough]


def enough_missions(asks: Mapping[str, Asks]) -> Q:
    """The condition that a standing has every mission of its lesson."""
    return _enough(asks, "missions")


def enough_exercises(asks: Mapping[str, Asks]) -> Q:
    """The condition that a standing has every exercise of its lesson passed."""
    return _enough(asks, "exercises", "passed")


def _enough(asks: Mapping[str, Asks], asked: str, column: str = "") -> Q:
    """The condition that a standing has as many of a thing as its lesson asks for."""
    lessons: dict[int, list[str]] = defaultdict(list)
    for slug, ask in asks.items():
        lessons[getattr(ask, asked)].append(slug)
    found = Q(pk__isnull=True)
    for least, slugs in lessons.items():
        found |= Q(**{"lesson__in": slugs, f"{column or asked}__gte": least})
    return found


def _stops(rows: QuerySet[Standing], asks: Mapping[str, Asks], now: datetime) -> dict[str, dict[str, int]]:
    """Return how many were seen last in each lesson, days ago, with something left of it, by what is left."""
    rank = Over(RowNumber(), partition_by=F("learner_id"), order_by=[F("last_at").desc(), F("pk").desc()])
    latest = rows.annotate(rank=rank).filter(rank=1)
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    columns = ("lesson", "last_at", "read", "missions", "passed")
    for lesson, last_at, *done in latest.values_list(*columns).iterator():
        if last_at < now - STOPPED_AFTER and (left := _left(asks.get(lesson), *done)):
            found[lesson][left[0]] += 1
    return {lesson: dict(counts) for lesson, counts in found.items()}


def _exercises(scope: Scope, now: datetime) -> dict[int, ExerciseFigures]:
    rows = scope.restrict(Tally.objects.all())
    by_exercise = stuck(scope, now).order_by().values("exercise").annotate(learners=Count("pk"))
    stuck_now = dict(by_exercise.values_list("exercise", "learners"))
    return {
        row["exercise"]: _numbers(row, stuck_now.get(row["exercise"], 0))
        for row in rows.values("exercise").annotate(**_TALLIES)
    }


def _exercise(numbers: dict[str, Any]) -> ExerciseFigures:
    for name in ("seconds", "tries"):
        numbers[name] = tuple(numbers[name]) if numbers[name] else None
    return ExerciseFigures(**numbers)
