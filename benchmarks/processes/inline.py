"""A grade in one process and without any isolation: the same boot, the same checks, no wire between them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Protocol, cast

from sandbox.jail.examiner_link import Link
from sandbox.jail.harness import candidate, examine
from sandbox.jail.harness.boot import boot
from sandbox.jail.harness.capture import Capture
from sandbox.jail.harness.database import Database
from sandbox.jail.wire import Channel
from sandbox.xray.recorder import own_files_in


class Stream(Protocol):
    def readline(self) -> bytes: ...

    def write(self, data: bytes, /) -> object: ...

    def flush(self) -> None: ...


class _Line:
    """Stands in for the line between the examiner and the project: asks the project by calling it."""

    def __init__(self, project: candidate.LiveProject) -> None:
        self._project = project
        self._answer: dict[str, Any] = {}
        self.statuses: dict[str, str] = {}

    def send(self, message: dict[str, Any]) -> None:
        if message["op"] == "result":
            self.statuses[message["name"]] = message["status"]
        else:
            question = {"op": "reset"} if message["op"] == "start" else message
            self._answer = self._project.answer(question)

    def receive(self) -> dict[str, Any]:
        return self._answer


def grade(job: dict[str, Any], database: Database) -> dict[str, str]:
    """Each check's status. The process is used up afterwards: it has the project in it."""
    with tempfile.TemporaryDirectory(prefix="dm-bench-") as directory:
        slot = Path(directory).resolve()
        for name, text in job["files"].items():
            path = slot / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        own = own_files_in(slot)
        boot(job, slot, database, own)
        case = examine.load(job["checks"])
        line = _Line(candidate.LiveProject(Capture(1 << 16), database, own))
        case.link = Link(cast(Channel, line))
        for check in examine.listing(case):
            examine.run_one(case, check["name"])
    return line.statuses


def serve(requests: Stream, answers: Stream, database: Database) -> None:
    """Reads one job, as a line of JSON, and answers with the statuses, as a line of JSON."""
    answers.write(json.dumps(grade(json.loads(requests.readline()), database)).encode() + b"\n")
    answers.flush()
