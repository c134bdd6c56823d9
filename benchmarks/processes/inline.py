"""A grade in one process and without any isolation: the same boot, the same checks, no wire between them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Protocol

from sandbox.jail.harness import rehearsal
from sandbox.jail.harness.database import Database


class Stream(Protocol):
    def readline(self) -> bytes: ...

    def write(self, data: bytes, /) -> object: ...

    def flush(self) -> None: ...


def grade(job: dict[str, Any], database: Database) -> dict[str, str]:
    """Each check's status. The process is used up afterwards: it has the project in it."""
    with tempfile.TemporaryDirectory(prefix="dm-bench-") as directory:
        return rehearsal.examined(job["checks"], rehearsal.project(job, Path(directory).resolve(), database))


def serve(requests: Stream, answers: Stream, database: Database) -> None:
    """Reads one job, as a line of JSON, and answers with the statuses, as a line of JSON."""
    answers.write(json.dumps(grade(json.loads(requests.readline()), database)).encode() + b"\n")
    answers.flush()
