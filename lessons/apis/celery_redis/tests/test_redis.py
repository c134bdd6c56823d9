"""The same on a real Redis: a site with REDIS_URL, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.services import redis_server

HERE = Path(__file__).parent
WHAT = "chord_waits or killed_processes"


def test_a_chord_and_a_killed_process():
    with redis_server() as url:
        run = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "--ds=sandbox.demos.settings_test", "-q", "--tb=short"),
                *("-p", "no:cacheprovider", "-p", "no:xdist", "-k", WHAT, str(HERE / "test_tasks.py")),
            ],
            env={**os.environ, "REDIS_URL": url, "DEMOS_ONLY": "celery_redis"},
            cwd=HERE.parents[3],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert run.returncode == 0, run.stdout[-4000:]
