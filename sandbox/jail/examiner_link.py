"""The examiner's line to the supervisor, who passes requests and questions on to the project."""

from collections.abc import Callable
from typing import Any

from sandbox.jail.wire import Channel


class LearnerError(Exception):
    """The learner's code raised. `frames` are their own, outermost first."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem['type']}: {problem['message']}")
        self.frames: list[dict[str, Any]] = problem["frames"]


class Link:
    """One question at a time: the answer to a message is the next message.

    Counts the queries of all answers.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._counts: dict[str, int] = {}
        self._endings: list[Callable[[], None]] = []
        self.statements: list[str] = []

    @property
    def queries(self) -> int:
        """Since the check began. The trace of a WebSocket comes again and again, and counts once."""
        return sum(self._counts.values())

    def begin(self) -> None:
        """A check begins: nothing is counted, nothing is to be ended."""
        self._counts, self._endings, self.statements = {}, [], []

    def on_end(self, action: Callable[[], None]) -> None:
        self._endings.append(action)

    def end(self) -> None:
        """A check ends, however it does: what it opened is closed."""
        for action in reversed(self._endings):
            action()
        self._endings = []

    def tell(self, message: dict[str, Any]) -> None:
        self._channel.send(message)

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """The project's answer. Raises LearnerError where it is an exception."""
        answer = self.exchange(message)
        if answer.get("exception"):
            raise LearnerError(answer["exception"])
        return answer

    def exchange(self, message: dict[str, Any]) -> dict[str, Any]:
        """The project's answer, whether or not it is an exception."""
        self._channel.send(message)
        answer = self._channel.receive()
        trace = answer.get("trace")
        if trace:
            count = len(trace["queries"]) + int(trace.get("dropped", {}).get("queries", 0))
            known = self._counts.get(trace["id"], 0)
            self._counts[trace["id"]] = count
            self.statements += [str(query["sql"]) for query in trace["queries"][known:]]
        return answer

    def value(self, message: dict[str, Any]) -> Any:
        return self.ask(message).get("value")
