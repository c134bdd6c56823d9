"""What several kinds of tests start from."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.scheduling import pytest_xdist_make_scheduler  # noqa: F401 - which process runs what
from tests.stack import Stack


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what failed before a journey was tried again: whoever reads this has a race to find."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"Failed, and was tried again: {report.nodeid} ({report.when})")
        terminalreporter.write_line(report.longreprtext[-3000:])


def made_once(name: str, tmp_path_factory: pytest.TempPathFactory, make) -> Path:
    """A folder that one test process makes and all use."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a first try that failed
            folder.mkdir()
            make(folder)
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def prepared_demos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demos' databases as they are on the first day: building them takes longer than most tests."""
    return (
        made_once("prepared-demos", tmp_path_factory, lambda folder: Stack(folder).prepare_demos()) / "demos"
    )
