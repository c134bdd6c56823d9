"""The trusted part: two children, and messages between them that it reads, checks and passes on.

The project's process answers the examiner's requests, and knows neither the checks nor what they expect. The
examiner's process alone says what passed. Nothing that the project's process sends can be a result.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sandbox.jail import answers
from sandbox.jail.booted import (
    BootedProject,
    ProjectFailed,
    ProjectGone,
    StillRunning,
    confirm_sealed,
)
from sandbox.jail.children import Child, JailUnavailable
from sandbox.jail.client import Jail
from sandbox.jail.harness.errors import clip
from sandbox.jail.limits import CHECK_OUTPUT_CHARACTERS, NO_MEMORY, TRACE_BYTES, Limits
from sandbox.jail.project import InvalidProject, Project
from sandbox.jail.results import CheckResult, State, Verdict
from sandbox.jail.tools import WALL, UnknownTool
from sandbox.jail.tools import run as run_tool
from sandbox.jail.traces import TraceBudget, checked_trace
from sandbox.jail.wire import Closed, Stopped, TimeUp, WireError

OnCheck = Callable[[CheckResult], None]

_TOOL_PATIENCE = 30.0  # seconds that the tools of one grade may wait for places, in all
_LAST_WORDS = 2.0  # seconds to hear how an examiner ended
_SPARE = 60.0  # seconds that a child may live beyond the time limit: the supervisor ends it first
_MAX_CHECKS = 200
_RELAYED = frozenset({"request", "run", "login", "mail", "tasks", "socket"})
_STOP_INTERVAL = 0.3  # seconds between two questions whether to stop: each may be a query


class ExaminerBroken(Exception):
    """The exercise's checks, or our examiner, are at fault."""


def grade(
    jail: Jail,
    project: Project,
    checks: str,
    *,
    time_limit: float,
    on_check: OnCheck | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Verdict:
    """Grades the project by the source of a checks.py, within `time_limit` seconds of wall clock.

    `on_check` is called for every check first as "pending", then as it ends. Raises InvalidProject and
    JailUnavailable.
    """
    project.validate()
    limits = Limits(wall=time_limit + _SPARE, cpu=int(time_limit) + 2)
    stop = _paced(should_stop) if should_stop else None
    ordered = time.monotonic()
    try:
        with jail.pair(limits, stop, project.template_key()) as (candidate, examiner):
            jail.warm_up(project, candidate)
            started = time.monotonic()
            grading = _Grading(project, checks, BootedProject(candidate, started + time_limit), examiner)
            grading.on_check = on_check or (lambda _: None)
            grading.jail, grading.should_stop = jail, stop
            verdict = grading.verdict(time_limit)
            ended = time.monotonic()
            booted = grading.booted or ended
            phases = {"places": started - ordered, "boot": booted - started, "checks": ended - booted}
            return replace(verdict, duration_ms=round((ended - started) * 1000, 1), phases=phases)
    except Stopped:
        return Verdict(state="cancelled", message="Cancelled.")


def _paced(should_stop: Callable[[], bool]) -> Callable[[], bool]:
    # Whoever has just ordered a grade still wants it.
    last = time.monotonic()

    def paced() -> bool:
        nonlocal last
        if time.monotonic() - last < _STOP_INTERVAL:
            return False
        last = time.monotonic()
        return should_stop()

    return paced


@dataclass
class _Grading:
    project: Project
    source: str
    candidate: BootedProject
    examiner: Child
    on_check: OnCheck = lambda _: None
    jail: Jail | None = None
    should_stop: Callable[[], bool] | None = None
    results: dict[str, CheckResult] = field(default_factory=dict)
    running: str = ""
    traces: TraceBudget = field(default_factory=lambda: TraceBudget(TRACE_BYTES))
    trace_bytes: int = TRACE_BYTES  # left for the checks to come
    output_from: int = 0
    waited_for_tools: float = 0.0
    booted: float = 0.0  # when, by time.monotonic()

    def verdict(self, time_limit: float) -> Verdict:
        try:
            # The project boots while the examiner loads its checks.
            self.candidate.begin_boot(self.project, Limits().output)
            self._list_checks()
            self.candidate.finish_boot()
            self.booted = time.monotonic()
            self._run()
            return self._finish()
        except ProjectFailed as failed:
            return self._boot_failed(failed)
        except TimeUp as up:
            return self._time_up(time_limit, up.frames if isinstance(up, StillRunning) else [])
        except ProjectGone as gone:
            return self._gone(str(gone))
        except ExaminerBroken as broken:
            if self.running and isinstance(broken.__cause__, Closed) and self._took_all_memory():
                return self._gone("The check ran out of memory: your project's answers are too large for it.")
            return self._end("ours", f"This exercise's checks are broken: {broken}")

    # --- the examiner -------------------------------------------------------------------------

    def _tell_examiner(self, message: dict[str, Any]) -> None:
        with _examiner_faults():
            self.examiner.channel.send(message, self.candidate.deadline)

    def _hear_examiner(self) -> dict[str, Any]:
        with _examiner_faults():
            return self.examiner.channel.receive(self.candidate.deadline)

    def _took_all_memory(self) -> bool:
        """Whether the examiner ended for that. As *ours* it would be graded for ever."""
        ended = self.examiner.ended(_LAST_WORDS)
        return ended is not None and os.waitstatus_to_exitcode(ended.status) == NO_MEMORY

    def _list_checks(self) -> None:
        self._tell_examiner({"op": "examine", "source": self.source})
        confirm_sealed(self._hear_examiner())
        message = self._hear_examiner()
        if message.get("op") == "broken":
            raise ExaminerBroken(str(message.get("message")))
        with _examiner_faults():
            for check in message["checks"][:_MAX_CHECKS]:
                name, title, budget = str(check["name"]), str(check["title"]), check["query_budget"]
                self._put(CheckResult(name=name, title=title, status="pending", query_budget=budget))

    def _run(self) -> None:
        self._reset_ahead()
        self._tell_examiner({"op": "go"})
        while True:
            message = self._hear_examiner()
            operation = str(message.get("op"))
            if operation == "done":
                return
            if operation == "result":
                self._take_result(message)
            elif operation == "start":
                self._begin_check(str(message.get("name")))
            elif operation in _RELAYED and self.running:
                self._relay(message)
            elif operation == "files" and self.running:
                self._tell_examiner({"value": dict(self.project.files)})
            elif operation == "tool" and self.running:
                self._tell_examiner({"value": self._run_tool(message)})
            else:
                raise ExaminerBroken("it talked out of turn")

    def _begin_check(self, name: str) -> None:
        if self.running or self.results.get(name) is None or self.results[name].status != "pending":
            raise ExaminerBroken("it began a check out of turn")
        self.running = name
        self.trace_bytes -= self.traces.used
        self.traces = TraceBudget(self.trace_bytes)
        answer = self.candidate.finish_reset()
        self.output_from = len(self.candidate.output)
        self._tell_examiner({"exception": answers.exception(answer)})

    def _reset_ahead(self) -> None:
        """For the next check, if there is one: while the examiner puts away the one that has ended."""
        left = [result.name for result in self.results.values() if result.status == "pending"]
        if set(left) - {self.running}:
            self.candidate.begin_reset()

    def _relay(self, message: dict[str, Any]) -> None:
        answer = self.candidate.ask(message)
        passed_on: dict[str, Any] = {"exception": answers.exception(answer)}
        if message["op"] == "request":
            trace = checked_trace(answer.get("trace"))
            if trace is not None:
                self.traces.add(trace)
            if passed_on["exception"] is None:
                passed_on |= answers.response(answer, trace)
            elif trace is not None:
                passed_on["trace"] = trace
        else:
            if message["op"] == "socket":
                trace = checked_trace(answer.get("trace"))
                if trace is not None:
                    self.traces.add(trace)
                    passed_on["trace"] = trace
            if passed_on["exception"] is None:
                passed_on["value"] = answer.get("value")
        self._pass_on(passed_on)

    def _pass_on(self, answer: dict[str, Any]) -> None:
        with _examiner_faults():
            try:
                self.examiner.channel.send(answer, self.candidate.deadline)
            except WireError as error:
                # 1e15 is five bytes as it came, and eighteen as it is told on.
                raise ProjectGone(f"Your project's answer can't be passed on: {error}.") from error

    def _run_tool(self, message: dict[str, Any]) -> dict[str, Any]:
        """In a third child. Of the learner's time the tool's own counts, and not the wait for a place."""
        given = message.get("files")
        files = self.project.files if given is None else given
        began, left = time.monotonic(), self.candidate.deadline - time.monotonic()
        wall = max(0.1, min(WALL, left))

        def stop() -> bool:
            # The project waits in its own child, which does not live for ever.
            if self.waited_for_tools + time.monotonic() - began > wall + _TOOL_PATIENCE:
                raise JailUnavailable("the jail has no place free for a grading tool.")
            return self.should_stop is not None and self.should_stop()

        try:
            if not isinstance(files, Mapping):
                raise ExaminerBroken("a tool's files have to be texts by their paths")
            name = str(message.get("tool"))
            result = run_tool(name, files, jail=self.jail, wall=wall, should_stop=stop)
        except (UnknownTool, InvalidProject) as error:
            raise ExaminerBroken(str(error)) from error
        waited = time.monotonic() - began - result.seconds
        self.waited_for_tools += waited
        self.candidate.deadline += waited
        if result.timed_out and left < WALL:
            raise TimeUp
        return asdict(result)

    def _take_result(self, message: dict[str, Any]) -> None:
        if not self.running or message.get("name") != self.running:
            raise ExaminerBroken("it gave a result out of turn")
        with _examiner_faults():
            status = message["status"]
            if status not in ("passed", "failed", "error"):
                raise ExaminerBroken("it gave a status that there is not")
            self._reset_ahead()
            texts = {key: str(message.get(key, "")) for key in ("expected", "got", "concept", "message")}
            self._end_check(
                status=status,
                frames=list(message.get("frames", [])),
                ms=float(message["ms"]),
                queries=int(message["queries"]),
                **texts,
            )

    # --- results ------------------------------------------------------------------------------

    def _put(self, result: CheckResult) -> None:
        self.results[result.name] = result
        began = time.monotonic()
        self.on_check(result)
        # The platform's own time (it writes a row, it wakes a page) is not the learner's.
        self.candidate.deadline += time.monotonic() - began

    def _end_check(self, **values: Any) -> None:
        printed = "".join(self.candidate.output[self.output_from :])
        name, self.running = self.running, ""
        output = clip(printed, CHECK_OUTPUT_CHARACTERS)
        self._put(replace(self.results[name], output=output, traces=self.traces.traces, **values))

    def _end(self, state: State, message: str, frames: list[dict[str, Any]] | None = None) -> Verdict:
        """Whatever has not run by now will not."""
        for result in list(self.results.values()):
            if result.status == "pending":
                self._put(replace(result, status="not_run"))
        output = clip("".join(self.candidate.output), Limits().output)
        checks = list(self.results.values())
        return Verdict(state=state, message=message, checks=checks, output=output, frames=frames or [])

    def _finish(self) -> Verdict:
        if not self.results or any(result.status == "pending" for result in self.results.values()):
            raise ExaminerBroken("it ended before every check had run")
        clean = self.candidate.leave()
        statuses = [result.status for result in self.results.values()]
        passed = statuses.count("passed")
        if passed < len(statuses):
            return self._end("failed", f"{passed} of {len(statuses)} checks passed.")
        if not clean:
            return self._end("failed", "Every check passed, but your project's process did not end cleanly.")
        return self._end("passed", f"All {passed} checks passed.")

    def _boot_failed(self, failed: ProjectFailed) -> Verdict:
        problem = answers.exception({"exception": failed.problem}) or {}
        frames = problem.get("frames", [])
        message = f"{problem['type']}: {problem['message']}{_where(frames)}"
        return self._end("error", clip(message), frames)

    def _time_up(self, time_limit: float, frames: list[dict[str, Any]]) -> Verdict:
        limit = f"{time_limit:g} seconds"
        if not self.running:
            message = f"Your project did not start within {limit}.{_where(frames)}"
            return self._end("timeout", clip(message), frames)
        title = self.results[self.running].title
        message = f"The time limit of {limit} ran out during this check."
        self._end_check(status="error", message=message, frames=frames)
        return self._end("timeout", f"The time limit of {limit} ran out during: {title}")

    def _gone(self, message: str) -> Verdict:
        if self.running:
            self._end_check(status="error", message=message)
        return self._end("error", message)


def _where(frames: list[dict[str, Any]]) -> str:
    """A line more for a message: the innermost of the frames."""
    return "".join(f"\n{answers.place(frame)}" for frame in frames[-1:])


@contextmanager
def _examiner_faults() -> Iterator[None]:
    try:
        yield
    except (Closed, WireError) as error:
        raise ExaminerBroken(f"the examiner's process failed ({error})") from error
    except (KeyError, TypeError, ValueError) as error:
        raise ExaminerBroken(f"the examiner said something that makes no sense ({error})") from error
