"""The examiner's line to the supervisor, who passes requests and questions on to the project."""

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
        self.queries = 0

    def tell(self, message: dict[str, Any]) -> None:
        self._channel.send(message)

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """The project's answer. Raises LearnerError where it is an exception."""
        self._channel.send(message)
        answer = self._channel.receive()
        trace = answer.get("trace")
        if trace:
            self.queries += len(trace["queries"]) + int(trace.get("dropped", {}).get("queries", 0))
        if answer.get("exception"):
            raise LearnerError(answer["exception"])
        return answer

    def value(self, message: dict[str, Any]) -> Any:
        return self.ask(message).get("value")
