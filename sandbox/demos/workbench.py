"""What a demo may run on behalf of a visitor: grading tools, and a project booted in the jail.

A demo finds it in `request.META["DEMOS_JAIL"]`, a consumer in `scope["demos_jail"]`. It imports nothing of
this repository, so what it has to catch hangs on the object as well:

    bench = request.META.get("DEMOS_JAIL")
    try:
        found = bench.tool("zizmor", files).json()
    except bench.Unavailable as error:
        ...  # a line that says what is missing here

A copy of the demo in a project of its own finds nothing there, and says so.
"""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sandbox.jail import tools
from sandbox.jail.booted import BootedProject, ProjectFailed, ProjectGone
from sandbox.jail.children import JailUnavailable
from sandbox.jail.client import Jail
from sandbox.jail.limits import Limits
from sandbox.jail.project import InvalidProject, Project
from sandbox.jail.wire import TimeUp

MAX_WALL = 60.0  # seconds that a visitor's project lives at most
MAX_PROJECTS = 4  # at a time: learners' exercises are graded by the same jail
PATIENCE = 20.0  # seconds to wait for one of those places

_places = threading.BoundedSemaphore(MAX_PROJECTS)


class Workbench:
    """Every call blocks, up to minutes where the jail is busy: async code calls it in a thread."""

    Unavailable = JailUnavailable  # there is no jail here, or it does not hold
    Invalid = InvalidProject  # the files cannot be a tree; the message is for the visitor
    Failed = ProjectFailed  # the project did not boot: `.problem`, `.output`
    Gone = ProjectGone  # its process ended in the middle
    TimeUp = TimeUp
    UnknownTool = tools.UnknownTool

    def tool(self, name: str, files: Mapping[str, str]) -> tools.ToolResult:
        """What one of the tools of `sandbox/jail/toolbox.py` says of these files."""
        return tools.run(name, files, guest=True)

    def why_not(self) -> str:
        """Nothing where projects can run here, else the reason in one line."""
        try:
            self._jail().confirm()
        except JailUnavailable as error:
            return str(error)
        return ""

    @contextmanager
    def project(
        self,
        files: Mapping[str, str],
        *,
        apps: Sequence[str] = (),
        urls: str = "urls",
        seed: str = "",
        wall: float = MAX_WALL,
    ) -> Iterator[BootedProject]:
        """The project, alive, for at most `wall` seconds: `request()`, `evaluate()`."""
        project = Project(files=files, apps=tuple(apps), urls=urls, seed=seed)
        if not _places.acquire(timeout=PATIENCE):
            raise JailUnavailable("many visitors run something just now; try again in a minute.")
        try:
            with self._jail().boot(project, Limits(wall=min(wall, MAX_WALL))) as booted:
                yield booted
        finally:
            _places.release()

    def _jail(self) -> Jail:
        path = os.environ.get("JAIL_SOCKET")
        if not path:
            raise JailUnavailable("no jail is configured: JAIL_SOCKET is empty.")
        return Jail(path)
