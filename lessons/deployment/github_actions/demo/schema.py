"""What is wrong with a workflow before anything runs: the published schema, and what no schema can say."""

import difflib
from collections.abc import Iterator
from functools import cache
from typing import Any

from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError, best_match

from .documents import Document, Path, Problem, dotted

MOST = 12


@cache
def validator() -> Draft7Validator:
    """The schema of SchemaStore, as the package check-jsonschema brings it: no network is asked."""
    return Draft7Validator(get_builtin_schema("vendor.github-workflows"))


def problems(document: Document) -> list[Problem]:
    """Of syntax if there are any, else of the schema, else of the names that jobs call each other by."""
    if document.problems:
        return document.problems
    errors = [inner for error in validator().iter_errors(document.data) for inner in _inside(error)]
    strange = {tuple(error.absolute_path) for error in errors if error.validator == "additionalProperties"}
    # That neither `run` nor `uses` is there says less than that `runs` is none of a step's keys.
    errors = [error for error in errors if not (error.context and tuple(error.absolute_path) in strange)]
    found = [_told(document, error) for error in errors] or list(_names(document))
    return sorted(dict.fromkeys(found), key=lambda problem: problem.line)[:MOST]


def _inside(error: ValidationError) -> list[ValidationError]:
    """A job is either steps or a call of another workflow, by `uses`: what is wrong with the one it is."""
    path = list(error.absolute_path)
    if error.validator != "oneOf" or len(path) != 2 or path[0] != "jobs" or not error.context:
        return [error]
    kind = 1 if isinstance(error.instance, dict) and "uses" in error.instance else 0
    return [inner for inner in error.context if inner.schema_path[0] == kind] or [error]


def _told(document: Document, error: ValidationError) -> Problem:
    innermost = best_match([error]) if error.context else error
    path: Path = tuple(innermost.absolute_path)
    text = innermost.message
    if innermost.validator == "additionalProperties" and isinstance(innermost.instance, dict):
        known = innermost.schema.get("properties", {})
        strange = [key for key in innermost.instance if key not in known]
        if strange:
            path = (*path, strange[0])
            close = difflib.get_close_matches(strange[0], known, 1)
            text = f"'{strange[0]}' is not known here" + (f": did you mean '{close[0]}'?" if close else ".")
    if innermost.validator == "required" and "runs-on" in text:
        text = "A job needs 'runs-on': which machine is it for?"
    return Problem(document.line(path), text if len(text) < 200 else text[:200] + "…", dotted(path))


def _names(document: Document) -> Iterator[Problem]:
    jobs: dict[str, Any] = document.data["jobs"]
    for name, job in jobs.items():
        for needed in needs(job):
            if needed not in jobs:
                path = ("jobs", name, "needs")
                yield Problem(
                    document.line(path),
                    f"'{name}' needs the job '{needed}', which is not here.",
                    dotted(path),
                )
        seen = set()
        for number, step in enumerate(job.get("steps", [])):
            if step.get("id") in seen:
                path = ("jobs", name, "steps", number, "id")
                yield Problem(document.line(path), f"The id '{step['id']}' is used twice.", dotted(path))
            seen.add(step.get("id") or object())
    if not any(not needs(job) for job in jobs.values()):
        yield Problem(document.line(("jobs",)), "No job can begin: each of them needs another.", "jobs")
        return
    waiting = dict(jobs)
    while free := [name for name, job in waiting.items() if not set(needs(job)) & waiting.keys()]:
        for name in free:
            del waiting[name]
    if waiting:
        line = document.line(("jobs", next(iter(waiting)), "needs"))
        yield Problem(line, f"These wait for each other: {', '.join(waiting)}.", "jobs")


def needs(job: dict[str, Any]) -> list[str]:
    named = job.get("needs", [])
    return [named] if isinstance(named, str) else list(named)
