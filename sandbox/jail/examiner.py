"""What an exercise's checks.py imports. It runs in the examiner's process, and never sees the learner's.

The attributes and methods are described in docs/architecture.md, "checks.py".
"""

import unittest
from typing import Any, ClassVar

from sandbox.jail.examiner_client import Client, LearnerError, Mismatch, Response
from sandbox.jail.examiner_link import Link
from sandbox.jail.harness.errors import clip

__all__ = ["Client", "ExerciseTestCase", "LearnerError", "Mismatch", "Response"]

_SHOWN = 2000


class RunningProject:
    """`self.project`: questions to the learner's process that are not requests."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def run(self, source: str) -> Any:
        """Executes Python there; the JSON value of the last expression.

        Raises LearnerError with what it raised.
        """
        return self._link.value({"op": "run", "source": source})

    def mail(self) -> list[dict[str, Any]]:
        """Messages sent since the check began.

        Subject, body, from_email, to, cc, bcc, html, headers, attachments.
        """
        return list(self._link.value({"op": "mail"}))


class ExerciseTestCase(unittest.TestCase):
    """Base of an exercise's one class of checks."""

    query_budget: ClassVar[dict[str, int]] = {}
    link: ClassVar[Link]

    def run(self, result: unittest.TestResult | None = None) -> unittest.TestResult | None:
        self.client = self.new_client()
        self.project = RunningProject(self.link)
        return super().run(result)

    def new_client(self, enforce_csrf: bool = False) -> Client:
        """Another browser, with cookies of its own."""
        return Client(self.link, enforce_csrf=enforce_csrf)

    def expect(self, got: Any, expected: Any, what: str = "", concept: str = "") -> None:
        if got != expected:
            raise Mismatch(expected=show(expected), got=show(got), what=what, concept=concept)

    def expect_in(self, needle: Any, haystack: Any, what: str = "", concept: str = "") -> None:
        if needle not in haystack:
            raise Mismatch(expected=f"{show(needle)} in it", got=show(haystack), what=what, concept=concept)

    def expect_not_in(self, needle: Any, haystack: Any, what: str = "", concept: str = "") -> None:
        if needle in haystack:
            raise Mismatch(
                expected=f"{show(needle)} not in it", got=show(haystack), what=what, concept=concept
            )

    def expect_true(self, value: Any, expected: str = "", what: str = "", concept: str = "") -> None:
        """`expected` says in words what should hold."""
        if not value:
            raise Mismatch(expected=expected, got=show(value), what=what, concept=concept)

    def expect_queries(self, trace_or_response: Any, at_most: int, what: str = "", concept: str = "") -> None:
        """Fails with the statements where the request made more than `at_most`."""
        is_response = isinstance(trace_or_response, Response)
        queries = trace_or_response.queries if is_response else trace_or_response["queries"]
        trace = trace_or_response.trace if is_response else trace_or_response
        count = len(queries) + int(trace.get("dropped", {}).get("queries", 0))
        if count > at_most:
            statements = "\n".join(str(query["sql"])[:200] for query in queries[:15])
            got = f"{count} queries:\n{statements}"
            raise Mismatch(expected=f"at most {at_most} queries", got=got, what=what, concept=concept)


def show(value: Any) -> str:
    """Text as it is, anything else as Python writes it; cut at 2,000 characters."""
    return clip(value if isinstance(value, str) else repr(value), _SHOWN)
