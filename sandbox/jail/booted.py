"""The noun, alive: a project booted in a child, answering requests and questions one at a time."""

import base64
import itertools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.jail.children import Child, JailUnavailable
from sandbox.jail.entries import entry
from sandbox.jail.entries import problem as shaped_problem
from sandbox.jail.harness.errors import clip
from sandbox.jail.harness.stopwatch import TIME_UP
from sandbox.jail.limits import BODY_BYTES
from sandbox.jail.project import Project
from sandbox.jail.wire import Closed, TimeUp, WireError

_LAST_WORDS = 2.0  # seconds for a child to end after it was told to
_LAST_LINE = 1.0  # seconds beyond the deadline for a project to say where it stands


class ProjectGone(Exception):
    """The process ended in the middle, or talked out of turn.

    The learner's code did that; the message is for them.
    """


class ProjectFailed(Exception):
    """The project did not boot. `problem` is `{"type", "message", "frames", "stage"}`."""

    def __init__(self, problem: Mapping[str, Any], output: str) -> None:
        super().__init__(f"{problem['type']}: {problem['message']}")
        self.problem = problem
        self.output = output


class StillRunning(TimeUp):
    """The deadline passed, and the project said where it stands: `frames`, as an exception has them."""

    def __init__(self, frames: list[dict[str, Any]]) -> None:
        super().__init__("still running")
        self.frames = frames


@dataclass(frozen=True, kw_only=True)
class Answer:
    """To a request. `exception` is `{"type", "message", "frames"}` or None, `trace` the X-ray or None."""

    status: int
    headers: list[list[str]]
    content: bytes
    trace: dict[str, Any] | None
    exception: dict[str, Any] | None
    output: str
    cut: str = ""  # which bound ended a stream: "parts", "seconds" or "bytes"


@dataclass
class BootedProject:
    """Deadlines are of time.monotonic(). Every method may raise ProjectGone, wire.TimeUp and wire.Stopped.

    With `renew` each answer may print as much as else all of them together.
    """

    child: Child
    deadline: float
    output: list[str] = field(default_factory=list)
    renew: bool = False
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _resetting: int | ProjectGone | TimeUp | None = None

    def ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """An operation of harness.candidate, and its raw answer."""
        return self._answer(self._begin(message))

    def _begin(self, message: Mapping[str, Any]) -> int:
        number = next(self._ids)
        self._tell({**message, "id": number})
        return number

    def _answer(self, number: int) -> dict[str, Any]:
        answer = self._hear()
        if answer.get("id") != number:
            raise ProjectGone(
                "Your code wrote to the jail's own connection, so nothing it says can be trusted."
            )
        self._keep_output(answer)
        _confirm_in_time(answer.get("exception"))
        return answer

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        enforce_csrf: bool = True,
        secure: bool = False,
        host: str = "testserver",
        stream: Mapping[str, float] | None = None,
    ) -> Answer:
        """`path` is percent-encoded, with its query; `stream` has `parts` and `seconds` to hang up after."""
        answer = self.ask(
            {
                "op": "request",
                "method": method,
                "path": path,
                "headers": [[name.lower(), value] for name, value in (headers or {}).items()],
                "body": base64.b64encode(body).decode(),
                "csrf": enforce_csrf,
                "secure": secure,
                "host": host,
                "stream": dict(stream) if stream else None,
            }
        )
        given = answer.get("headers", [])
        try:
            content = base64.b64decode(answer.get("body", ""))
            if not are_headers(given) or len(content) > BODY_BYTES:
                raise ValueError("no answer of the harness")
            return Answer(
                status=int(answer.get("status", 500)),
                headers=given,
                content=content,
                trace=answer.get("trace"),
                exception=answer.get("exception"),
                output=str(answer.get("output", "")),
                cut=str(answer.get("cut", ""))[:20],
            )
        except (ValueError, TypeError) as error:
            raise ProjectGone("Your project's answer makes no sense.") from error

    def evaluate(self, source: str) -> dict[str, Any]:
        """Run it, and tell what it came to and what it caused, as `entries.entry` does."""
        answer = self.ask({"op": "run", "source": source, "record": True})
        try:
            return entry(answer)
        except ValueError as error:
            raise ProjectGone("Your project's answer makes no sense.") from error

    def socket(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """An action of harness.sockets: `{"value"}` or `{"exception"}`, `"output"`, at times `"trace"`."""
        answer = self.ask({"op": "socket", **message})
        return {key: answer[key] for key in ("value", "exception", "trace", "output") if key in answer}

    def begin_reset(self) -> None:
        """Asks for it, and does not wait. `finish_reset` has to come next, and raises what goes wrong."""
        try:
            self._resetting = self._begin({"op": "reset"})
        except (ProjectGone, TimeUp) as error:
            self._resetting = error

    def finish_reset(self) -> dict[str, Any]:
        """Back to how it was after the boot; gives the exception of the learner's code, if there was one."""
        if self._resetting is None:
            self.begin_reset()
        number, self._resetting = self._resetting, None
        if not isinstance(number, int):
            assert number is not None
            raise number
        return self._answer(number)

    def leave(self) -> bool:
        """Asks for a last word. True if that came, in turn, and nothing besides; the process is then killed.

        Its memory would take longer to be put away than the answer takes to come.
        """
        self.deadline = time.monotonic() + _LAST_WORDS
        try:
            self.ask({"op": "bye"})
        except (ProjectGone, TimeUp):
            return False
        return self.child.channel.silent()

    def boot(self, project: Project, output_limit: int) -> None:
        """Raises ProjectFailed."""
        self.begin_boot(project, output_limit)
        self.finish_boot()

    def begin_boot(self, project: Project, output_limit: int) -> None:
        """Sends the project, and does not wait for it."""
        job = {
            "op": "boot",
            "files": dict(project.files),
            "apps": list(project.apps),
            "urls": project.urls,
            "seed": project.seed,
            "output_limit": output_limit,
        }
        self._tell(job)

    def finish_boot(self) -> None:
        """Raises ProjectFailed."""
        confirm_sealed(self._hear())
        answer = self._hear()
        self._keep_output(answer)
        if answer.get("booted") is not True:
            problem = answer.get("problem")
            if not isinstance(problem, dict) or not {"type", "message", "frames"} <= problem.keys():
                raise ProjectGone("Your project's answer makes no sense.")
            _confirm_in_time(problem)
            raise ProjectFailed(problem, "".join(self.output))

    def _tell(self, message: Mapping[str, Any]) -> None:
        patience = max(0.0, self.deadline - time.monotonic())
        try:
            self.child.channel.send({**message, "patience": patience, "renew": self.renew}, self.deadline)
        except Closed as error:
            raise ProjectGone(_how_it_ended(self.child)) from error
        except WireError as error:
            # What it answered before came back with the question, a form's field say, and with its number.
            raise ProjectGone(f"What your project was to be asked can't be sent: {error}.") from error

    def _hear(self) -> dict[str, Any]:
        try:
            return self.child.channel.receive(self.deadline + _LAST_LINE)
        except Closed as error:
            raise ProjectGone(_how_it_ended(self.child)) from error
        except WireError as error:
            raise ProjectGone(f"Your project's answer can't be read: {error}.") from error

    def _keep_output(self, answer: Mapping[str, Any]) -> None:
        self.output.append(clip(str(answer.get("output", ""))))


def _confirm_in_time(problem: Any) -> None:
    if isinstance(problem, dict) and problem.get("type") == TIME_UP:
        raise StillRunning(shaped_problem(problem)["frames"])


def are_headers(value: Any) -> bool:
    """Whether it is a list of names and values, as an answer has them."""
    return isinstance(value, list) and all(
        isinstance(pair, list) and [type(part) for part in pair] == [str, str] for pair in value
    )


def confirm_sealed(answer: Mapping[str, Any]) -> None:
    """The first answer to any job.

    Raises JailUnavailable where the child could not lock itself in for good.
    """
    if answer.get("op") != "sealed":
        raise JailUnavailable(f"the jail can't lock a child in: {answer.get('reason')}")


def _how_it_ended(child: Child) -> str:
    ended = child.ended(_LAST_WORDS)
    if ended is None:
        return "Your project's process is gone."
    number = ended.status & 0x7F
    if number == 0:
        return f"Your code ended the process (exit status {ended.status >> 8}) in the middle of its work."
    reasons = {
        9: "it was killed: out of time, memory or threads",
        11: "it crashed (segmentation fault, often a recursion without end)",
        24: "it used more processor time than allowed",
        31: "it made a system call that is never allowed",
    }
    return f"Your project's process ended early: {reasons.get(number, f'signal {number}')}."
