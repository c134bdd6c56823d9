"""One installation for all faults: each test breaks it, and sees it mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Installation, installed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/faults" in str(item.path):
            item.add_marker(pytest.mark.services)
            item.add_marker(pytest.mark.xdist_group("faults"))


@pytest.fixture(scope="session")
def site_of_faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder: Path = tmp_path_factory.mktemp("faults")
    # PostgreSQL runs as another user, who has to get there.
    for above in folder.parents[:2]:
        above.chmod(above.stat().st_mode | 0o011)
    with installed(folder) as installation:
        yield installation


@pytest.fixture
def site(site_of_faults: Installation) -> Iterator[Installation]:
    """The installation, whole and with no submission in it."""
    site = site_of_faults
    with site.query() as database:
        database.execute("TRUNCATE grading_submission, verdict")
    yield site
    for name in site.commands():
        if site.processes[name].poll() is not None:
            site.start(name)
    site.wait_until_ready()
