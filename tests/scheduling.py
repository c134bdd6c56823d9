"""Which of several test processes runs what: a file stays together, and what takes longest begins first.

A process that runs a journey starts a site of its own; one that runs a fault starts PostgreSQL and all of the
course; one that opens a demo builds its database; and what a module's tests share is made again in each
process that gets one of them. So a file is run by one process, and so is a lesson, all that need servers by
the same one, and journeys by two.

It stands in for pytest-xdist's own `--dist loadgroup`, which does not see its groups under pytest 9.2 and
sends every test wherever there is room: https://github.com/pytest-dev/pytest-xdist/issues/1386
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

SERVERS = "servers"
JOURNEYS = "tests/journeys/"
# Files that are one unit, by how their paths begin.
TOGETHER = {"tests/faults/": SERVERS, "tests/test_services.py": SERVERS}
# What begins first; all others follow in the order in which one process would run them. Journeys come last:
# the browser has an event loop in the test's thread as long as the process lives, which no other test bears.
ORDER = (SERVERS, "sandbox/", "tests/")
SITES = 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """For a conftest.py to import: it answers `--dist loadgroup`."""
    return ByFile(config, log) if config.getvalue("dist") == "loadgroup" else None


class ByFile(LoadScopeScheduling):
    """Gives a process the next file when it has nearly done the last one."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.config.option.loadscopereorder = False  # not by the number of their tests
        self._with_a_site: set[WorkerController] = set()

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith("lessons/"):
            return "/".join(file.split("/")[:3])
        return next((unit for path, unit in TOGETHER.items() if file.startswith(path)), file)

    def _assign_work_unit(self, node: WorkerController) -> None:
        chosen = min(self.workqueue, key=lambda unit: self._rank(unit, node))
        self.workqueue.move_to_end(chosen, last=False)
        if chosen.startswith(JOURNEYS):
            self._with_a_site.add(node)
        super()._assign_work_unit(node)

    def _rank(self, unit: str, node: WorkerController) -> int:
        """Return the unit's place in the order for that process: a third site is the last that is started."""
        if unit.startswith(JOURNEYS):
            sites = self._with_a_site.intersection(self.nodes)
            return len(ORDER) + (2 if node not in sites and len(sites) >= SITES else 1)
        return next((rank for rank, path in enumerate(ORDER) if unit.startswith(path)), len(ORDER))
