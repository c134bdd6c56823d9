"""Holding an exercise to its promise: each of its cases is graded in the real jail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.text import Truncator

from content.exercises import ExerciseFiles
from lms.grading.projects import project_of
from sandbox.jail import CheckResult, Jail, Verdict, grade

MOST_SHOWN = 200  # characters of what a check expected, and of what it got


@dataclass(frozen=True, kw_only=True)
class CaseOutcome:
    """What became of one case. `broken` says how it breaks its promise; empty where it keeps it."""

    exercise: str
    kind: str
    case: str
    state: str
    duration_ms: float
    broken: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def verify(
    jail: Jail,
    exercises: Iterable[ExerciseFiles],
    *,
    workers: int,
    on_outcome: Callable[[CaseOutcome], None] = lambda outcome: None,
) -> list[CaseOutcome]:
    """Grade every case of `exercises`, `workers` at a time; outcomes come in the order of the cases."""
    cases = [(exercise, kind, name) for exercise in exercises for kind, name in exercise.cases()]

    def one(case: tuple[ExerciseFiles, str, str]) -> CaseOutcome:
        outcome = verify_case(jail, *case)
        on_outcome(outcome)
        return outcome

    with ThreadPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(one, cases))


def verify_case(jail: Jail, exercise: ExerciseFiles, kind: str, name: str) -> CaseOutcome:
    verdict = grade(
        jail,
        project_of(exercise, exercise.case_files(kind, name)),
        exercise.checks,
        time_limit=exercise.time_limit,
    )
    return CaseOutcome(
        exercise=exercise.name,
        kind=kind,
        case=name,
        state=verdict.state,
        duration_ms=verdict.duration_ms,
        broken=_broken_promise(exercise, kind, name, verdict),
    )


def _broken_promise(exercise: ExerciseFiles, kind: str, name: str, verdict: Verdict) -> str:
    if verdict.state == "ours":
        return f"could not be graded: {verdict.message}"
    failed = {check.name: check for check in verdict.checks if check.status != "passed"}
    if kind in ("solution", "also_right"):
        if verdict.state == "passed":
            return ""
        # How many checks passed is no reason; what stopped it before them is.
        why = [verdict.message.rstrip(".")] if verdict.state != "failed" and verdict.message else []
        why += [_failure(check) for check in failed.values()]
        return f"has to pass, and is {verdict.state}: {'; '.join(why)}".removesuffix(": ")
    if kind == "starter":
        if verdict.state == "failed":
            return ""
        return f"has to boot and to fail a check, and is {verdict.state} {verdict.message}".strip()
    caught_by = exercise.wrong_cases()[name].caught_by
    check = failed.get(caught_by)
    if check is not None and check.status in ("failed", "error"):
        return ""
    others = ", ".join(sorted(failed)) or "nothing"
    found = f"was caught by {others} ({verdict.state}) {verdict.message}".strip()
    return f"has to be caught by {caught_by}, and {found}"


def _failure(check: CheckResult) -> str:
    """Return what a check missed, as its learner would read it, on one line."""
    said = [check.name, check.message]
    if check.expected and check.expected not in check.message:
        said.append(f"expected {_short(check.expected)}, got {_short(check.got)}")
    elif not check.message:
        said.append(_short(check.got))
    return ": ".join(part for part in said if part)


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(MOST_SHOWN)
