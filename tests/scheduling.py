"""Which of several test processes runs what: a file stays together, and what takes longest begins first.

A process that runs a journey starts a site of its own; one that runs a fault starts PostgreSQL and all of the
course; one that opens a demo builds its database; and what a module's tests share is made again in each
process that gets one of them. So a file is run by one process, and so is a lesson, all that need servers by
the same one. Journeys are for whoever has nothing else left to do, the longest first.

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
# The journeys of half a minute and more: all processes but one would wait for such a one at the end.
LONG = (
    "tests/journeys/test_csrf.py",
    "tests/journeys/test_kill.py",
    "tests/journeys/test_author.py",
    "tests/journeys/test_exchange.py",
    "tests/journeys/test_instructor.py",
    "tests/journeys/test_own.py",
    "tests/journeys/test_celery_redis.py",
    "tests/journeys/test_gunicorn_nginx.py",
    "tests/journeys/test_password_reset.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """For a conftest.py to import: it answers `--dist loadgroup`."""
    return ByFile(config, log) if config.getvalue("dist") == "loadgroup" else None


class ByFile(LoadScopeScheduling):
    """Gives a process the next file when it has nearly done the last one."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.config.option.loadscopereorder = False  # not by the number of their tests

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith("lessons/"):
            return "/".join(file.split("/")[:3])
        return next((unit for path, unit in TOGETHER.items() if file.startswith(path)), file)

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=_rank), last=False)
        super()._assign_work_unit(node)


def _rank(unit: str) -> int:
    """Return the unit's place in the order."""
    if unit.startswith(JOURNEYS):
        return len(ORDER) + 1 + (LONG.index(unit) if unit in LONG else len(LONG))
    return next((rank for rank, path in enumerate(ORDER) if unit.startswith(path)), len(ORDER))
