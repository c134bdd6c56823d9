"""What one made-up learner did: a walk through the course, with more or less luck."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from content.missions import public_methods
from content.models import Exercise
from lms.classes.counting import Attempt
from lms.classes.models import FailurePattern

# How often somebody who is at an exercise passes it in the end.
PASSES = 0.86
PATTERNS = 8


@dataclass(frozen=True)
class Outcome:
    """How an attempt may end. `checks` and `files` are JSON text; `pattern` is None for a pass."""

    state: str
    checks: str
    files: str
    pattern: int | None


@dataclass(frozen=True)
class Task:
    """An exercise, with every way in which an attempt at it may end."""

    pk: int
    lesson: str
    digest: str
    passed: Outcome
    failed: tuple[Outcome, ...]


@dataclass
class Work:
    """Rows of one learner, in the order of COLUMNS of write.py, but for the learner."""

    submissions: list[tuple[Any, ...]] = field(default_factory=list)
    tallies: list[tuple[Any, ...]] = field(default_factory=list)
    failures: list[tuple[Any, ...]] = field(default_factory=list)
    standings: list[tuple[Any, ...]] = field(default_factory=list)
    reads: list[tuple[str, datetime]] = field(default_factory=list)
    missions: list[tuple[str, str, datetime]] = field(default_factory=list)


def task_of(exercise: Exercise, rng: random.Random) -> Task:
    """Make up ways to fail at the exercise: sets of its own checks, and a project that does not start."""
    names = [name for name in public_methods(exercise.checks, "Checks") if name.startswith("test_")]
    names = names or ["test_it"]
    sets = {tuple(sorted(rng.sample(names, rng.randint(1, len(names))))) for _ in range(PATTERNS)}
    failed = [_outcome(exercise, "failed", names, chosen) for chosen in sorted(sets)]
    failed.append(_outcome(exercise, "error", names, ()))
    return Task(
        exercise.pk,
        exercise.lesson,
        exercise.digest,
        _outcome(exercise, "passed", names, ()),
        tuple(failed),
    )


def _outcome(exercise: Exercise, state: str, names: list[str], failed: tuple[str, ...]) -> Outcome:
    titles = {name: name.removeprefix("test_").replace("_", " ").capitalize() + "." for name in names}
    checks = [
        {
            "name": name,
            "title": titles[name],
            "status": "failed" if name in failed else "passed",
            "message": "",
            "expected": "200" if name in failed else "",
            "got": "404" if name in failed else "",
        }
        for name in ([] if state == "error" else names)
    ]
    path = next(iter(exercise.solution), "views.py")
    files = {path: f"# {state}: {' '.join(failed)}\n" + "value = 1\n" * 8}
    return Outcome(state, json.dumps(checks), json.dumps(files), _pattern(exercise, state, failed, titles))


def _pattern(exercise: Exercise, state: str, failed: tuple[str, ...], titles: dict[str, str]) -> int | None:
    if state == "passed":
        return None
    pairs = tuple((name, titles[name]) for name in failed)
    key = Attempt(id=uuid.UUID(int=0), state=state, at=datetime.min, failed=pairs).key
    return FailurePattern.objects.get_or_create(
        exercise=exercise, key=key, defaults={"state": state, "checks": [list(pair) for pair in pairs]}
    )[0].pk


def work_of(
    tasks: Sequence[tuple[str, Sequence[Task]]],
    missions: dict[str, tuple[str, ...]],
    quota: int,
    now: datetime,
    rng: random.Random,
) -> Work:
    """Return what a learner with `quota` submissions did; `tasks` are the lessons with their exercises.

    They begin within the last months and go from lesson to lesson, until the quota is used up.
    """
    work = Work()
    count = sum(len(of_lesson) for _, of_lesson in tasks)
    usual = max(1.0, 1.6 * quota / max(1, count))
    at = now - timedelta(days=rng.uniform(3, 120))
    pace = timedelta(minutes=rng.uniform(1, 9))
    left = quota
    for number, (lesson, of_lesson) in enumerate(tasks):
        if left <= 0 and number:
            break
        began, read = at, rng.random() < 0.9
        at = min(now, at + timedelta(minutes=rng.uniform(10, 60)))
        if read:
            work.reads.append((lesson, at))
        done = [slug for slug in missions.get(lesson, ()) if rng.random() < 0.82]
        work.missions += [(lesson, slug, at) for slug in done]
        passed = 0
        for task in of_lesson:
            if left <= 0:
                break
            tries = min(left, 1 + int(rng.expovariate(1 / usual)))
            left -= tries
            at, got_it = _attempts(work, task, tries, at, pace, now, rng)
            passed += got_it
        work.standings.append((lesson, began, at, read, len(done), passed))
        at = min(now, at + timedelta(hours=rng.uniform(1, 60)))
    if left > 0 and tasks:
        # Who has more to give tries the last exercise again and again.
        last = next(of_lesson[-1] for _, of_lesson in reversed(tasks) if of_lesson)
        _more(work, last, left, pace, now, rng)
    return work


def _attempts(
    work: Work, task: Task, tries: int, at: datetime, pace: timedelta, now: datetime, rng: random.Random
) -> tuple[datetime, bool]:
    got_it = rng.random() < PASSES
    first = at
    latest_failures: dict[int, tuple[int, uuid.UUID, datetime]] = {}
    seen: list[tuple[uuid.UUID, datetime, Outcome]] = []
    for number in range(tries):
        last = number == tries - 1
        outcome = task.passed if last and got_it else task.failed[_skewed(rng, len(task.failed))]
        at = min(now, at + pace * rng.uniform(0.3, 2))
        first = at if not number else first
        seen.append((uuid.UUID(int=rng.getrandbits(128), version=4), at, outcome))
    for pk, moment, outcome in seen:
        work.submissions.append((pk, task, outcome, moment))
        if outcome.pattern is not None:
            known = latest_failures.get(outcome.pattern)
            latest_failures[outcome.pattern] = (known[0] + 1 if known else 1, pk, moment)
    work.failures += [(pattern, *values) for pattern, values in latest_failures.items()]
    latest, end, _outcome = seen[-1]
    seconds = round((end - first).total_seconds())
    passing = (end, tries, seconds) if got_it else (None, None, None)
    work.tallies.append((task.pk, tries, first, end, latest, *passing))
    return at, got_it


def _more(work: Work, task: Task, tries: int, pace: timedelta, now: datetime, rng: random.Random) -> None:
    """Add attempts in vain to the last tally, which is this task's."""
    pk, done, first, end, latest, *passing = work.tallies[-1]
    failures = {row[0]: row[1:] for row in work.failures if row[0] in {o.pattern for o in task.failed}}
    at = end
    for _ in range(tries):
        outcome = task.failed[_skewed(rng, len(task.failed))]
        at = min(now, at + pace * rng.uniform(0.3, 2))
        latest = uuid.UUID(int=rng.getrandbits(128), version=4)
        work.submissions.append((latest, task, outcome, at))
        failures[outcome.pattern] = (failures.get(outcome.pattern, (0,))[0] + 1, latest, at)
    work.failures = [row for row in work.failures if row[0] not in failures]
    work.failures += [(pattern, *values) for pattern, values in failures.items()]
    work.tallies[-1] = (pk, done + tries, first, at, latest, *passing)


def _skewed(rng: random.Random, count: int) -> int:
    """Some mistakes are made much more often than others."""
    return min(count - 1, int(rng.expovariate(1) * count / 4))


def quotas(learners: int, submissions: int, rng: random.Random) -> Iterator[int]:
    """Yield how many submissions each learner makes: unequal, and together exactly as many as asked."""
    weights = [rng.lognormvariate(0, 0.6) for _ in range(learners)]
    whole, given, so_far = sum(weights), 0, 0.0
    for weight in weights:
        so_far += weight
        upto = round(submissions * so_far / whole)
        yield upto - given
        given = upto
