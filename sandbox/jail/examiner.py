"""What an exercise's checks.py imports. It runs in the examiner's process, and never sees the learner's.

The attributes and methods are described in docs/architecture.md, "checks.py".
"""

import unittest
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from sandbox.jail.examiner_client import Client, Response
from sandbox.jail.examiner_expect import Expectations, RunningProject
from sandbox.jail.examiner_link import LearnerError, Link
from sandbox.jail.examiner_mismatch import Mismatch, show
from sandbox.jail.examiner_sockets import WebSocket
from sandbox.jail.toolbox import ToolResult

__all__ = ["Client", "ExerciseTestCase", "LearnerError", "Mismatch", "Response", "ToolResult", "WebSocket"]


class ExerciseTestCase(Expectations, unittest.TestCase):
    """Base of an exercise's one class of checks."""

    query_budget: ClassVar[dict[str, int]] = {}
    link: ClassVar[Link]

    def run(self, result: unittest.TestResult | None = None) -> unittest.TestResult | None:
        self.client = self.new_client()
        self.project = RunningProject(self.link)
        self.addCleanup(self.link.end)
        return super().run(result)

    def new_client(self, enforce_csrf: bool = False) -> Client:
        """Another browser, with cookies of its own."""
        return Client(self.link, enforce_csrf=enforce_csrf)

    def websocket(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        subprotocols: Iterable[str] = (),
        timeout: float = 2.0,
    ) -> WebSocket:
        """A WebSocket with the cookies of `self.client`; another browser's is `client.websocket(path)`."""
        return self.client.websocket(path, headers=headers, subprotocols=subprotocols, timeout=timeout)

    @property
    def files(self) -> dict[str, str]:
        """The project's files as submitted, text by path. The learner's process has no say in it."""
        return dict(self.link.value({"op": "files"}))

    def tool(self, name: str, files: Mapping[str, str] | None = None) -> ToolResult:
        """What a tool of `sandbox.jail.toolbox` says of the files; without any, of the submitted ones."""
        given = None if files is None else dict(files)
        return ToolResult(**self.link.value({"op": "tool", "tool": name, "files": given}))

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
        """`expected` says in words what should hold. A bare False has nothing to show."""
        if not value:
            got = "It is not so." if value is False else "nothing" if value in (None, "") else show(value)
            raise Mismatch(expected=expected, got=got, what=what, concept=concept)
