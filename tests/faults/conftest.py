"""One installation for all faults: each test breaks it, and sees it mended."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Installation, installed


@pytest.fixture(scope="session")
def site_of_faults() -> Iterator[Installation]:
    # Not below pytest's own folder: PostgreSQL runs as another user, who has no way in there.
    with tempfile.TemporaryDirectory(prefix="dm-faults-") as folder, installed(Path(folder)) as installation:
        yield installation


@pytest.fixture
def site(site_of_faults: Installation) -> Iterator[Installation]:
    """The installation, whole and with no submission in it."""
    site = site_of_faults
    with site.query() as database:
        database.execute("TRUNCATE grading_submission, verdict CASCADE")
    yield site
    if site.broker.process and site.broker.process.poll() is not None:
        site.broker.start()
    site.revive_database()
    for name in site.commands():
        if site.processes[name].poll() is not None:
            site.start(name)
    site.wait_until_ready()
