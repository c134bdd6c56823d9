"""The races on a real PostgreSQL: a site with DEMOS_POSTGRESQL_URL, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.services import postgresql_server

HERE = Path(__file__).parent


def test_races():
    with postgresql_server() as url:
        run = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "--ds=sandbox.demos.settings_test", "-q", "--tb=short"),
                *("-p", "no:cacheprovider", "-p", "no:xdist", str(HERE / "on_postgresql.py")),
            ],
            env={**os.environ, "DEMOS_POSTGRESQL_URL": url, "DEMOS_ONLY": "transactions"},
            cwd=HERE.parents[3],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert run.returncode == 0, run.stdout[-4000:]
