"""The examiner's side: loads checks.py, lists and runs its checks, and tells the supervisor of each."""

import inspect
import linecache
import os
import sys
import time
import types
import unittest
from pathlib import Path
from typing import Any

from sandbox.jail.examiner import ExerciseTestCase, LearnerError, Mismatch
from sandbox.jail.examiner_link import Link
from sandbox.jail.harness.capture import Capture
from sandbox.jail.harness.database import Database
from sandbox.jail.harness.errors import clip, describe
from sandbox.jail.harness.sealed import seal
from sandbox.jail.limits import NO_MEMORY
from sandbox.jail.lockdown.child import Lock
from sandbox.jail.wire import Channel, Closed

_FILE = "checks.py"
_PRINTED = 16 * 1024


class BrokenChecks(Exception):
    """The exercise's checks can't be run. Its author's fault, never the learner's."""


def serve(channel: Channel, job: dict[str, Any], *, lock: Lock, slot: Path, database: Database) -> None:
    """Says `{"op": "checks"}` or `{"op".

    "broken"}`; after `{"op": "go"}` runs them, and says `{"op": "done"}`.
    """
    seal(channel, {}, lock=lock, slot=slot)
    sys.stdout = sys.stderr = Capture(_PRINTED)
    try:
        case = load(job["source"])
        listed = listing(case)
    except BaseException as error:  # noqa: BLE001 - whatever checks.py raises on import
        told = describe(error, lambda name: _FILE if name == _FILE else None)
        where = "".join(f" (checks.py, line {frame['line']})" for frame in told["frames"][-1:])
        channel.send({"op": "broken", "message": f"{told['type']}: {told['message']}{where}"})
        return
    channel.send({"op": "checks", "checks": listed})
    channel.receive()
    case.link = Link(channel)
    try:
        for check in listed:
            run_one(case, check["name"])
    except MemoryError:
        # Nothing is left to say so with.
        os._exit(NO_MEMORY)
    channel.send({"op": "done"})


def load(source: str) -> type[ExerciseTestCase]:
    """The one class of checks in the source."""
    linecache.cache[_FILE] = (len(source), None, source.splitlines(True), _FILE)
    module = types.ModuleType("checks")
    module.__file__ = _FILE
    sys.modules["checks"] = module
    # The jail is where this is meant to run.
    exec(compile(source, _FILE, "exec"), module.__dict__)  # noqa: S102
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, ExerciseTestCase) and value.__module__ == "checks"
    ]
    found = [value for value in found if not any(value in other.__mro__[1:] for other in found)]
    if len(found) != 1:
        raise BrokenChecks(f"there have to be checks in one class, and there are {len(found)} classes")
    return found[0]


def listing(case: type[ExerciseTestCase]) -> list[dict[str, Any]]:
    """Name, title and query budget of each check, in the order in which they are written."""
    names = dict.fromkeys(
        name for owner in reversed(case.__mro__) for name in vars(owner) if name.startswith("test_")
    )
    checks = []
    for name in names:
        function = getattr(case, name)
        if inspect.iscoroutinefunction(function):
            raise BrokenChecks(f"{name} is async; checks are ordinary functions")
        title = " ".join((inspect.getdoc(function) or name).split("\n\n")[0].split())
        checks.append({"name": name, "title": clip(title, 500), "query_budget": case.query_budget.get(name)})
    if not checks:
        raise BrokenChecks("there is no check")
    unknown = set(case.query_budget) - set(names)
    if unknown:
        raise BrokenChecks(f"query_budget names checks that do not exist: {', '.join(sorted(unknown))}")
    return checks


class _Outcome(unittest.TestResult):
    """Keeps the first thing that went wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.error: BaseException | None = None
        self.passed = False

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.passed = True

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        self.error = self.error or err[1]

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        self.error = self.error or err[1]

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        if err is not None:
            self.error = self.error or err[1]

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.error = self.error or BrokenChecks(f"skipped: {reason}")


def run_one(case: type[ExerciseTestCase], name: str) -> None:
    """One check, told of by the class's link."""
    link = case.link
    link.begin()
    try:
        link.ask({"op": "start", "name": name})
    except LearnerError as error:
        link.tell({"op": "result", "name": name, "ms": 0.0, "queries": 0, **_told(error)})
        return
    outcome = _Outcome()
    started = time.perf_counter()
    case(name).run(outcome)
    ms = (time.perf_counter() - started) * 1000
    if isinstance(outcome.error, Closed):
        raise outcome.error
    if outcome.error is None and outcome.passed:
        told: dict[str, Any] = {"status": "passed"}
    else:
        told = _told(outcome.error or BrokenChecks("it neither passed nor failed"))
    link.tell({"op": "result", "name": name, "ms": round(ms, 2), "queries": link.queries, **told})


def _told(error: BaseException) -> dict[str, Any]:
    if isinstance(error, Mismatch):
        return {
            "status": "failed",
            "expected": clip(error.expected),
            "got": clip(error.got),
            "concept": clip(error.concept),
            "message": clip(error.what),
        }
    if isinstance(error, LearnerError):
        return {"status": "error", "message": clip(str(error)), "frames": error.frames}
    if isinstance(error, AssertionError):
        return {"status": "failed", "message": clip(str(error))}
    told = describe(error, lambda name: _FILE if name == _FILE else None)
    # The line's number only: its text may hold what the learner is to find out.
    where = "".join(f"; checks.py, line {frame['line']}" for frame in told["frames"][-1:])
    message = f"The check could not make sense of the answer ({told['type']}: {told['message']}{where})"
    return {"status": "failed", "message": clip(message)}
