"""A grade in one process and without any isolation: the same boot, the same checks, no wire between them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Protocol

from sandbox.jail.examiner_link import LearnerError, Link
from sandbox.jail.harness import candidate, examine
from sandbox.jail.harness.boot import boot
from sandbox.jail.harness.capture import Capture
from sandbox.jail.harness.database import Database
from sandbox.xray.recorder import own_files_in


class Stream(Protocol):
    def readline(self) -> bytes: ...

    def write(self, data: bytes, /) -> object: ...

    def flush(self) -> None: ...


class _Inline(Link):
    """Asks the project by calling it."""

    def __init__(self, project: candidate.LiveProject) -> None:
        self._project = project
        self.queries = 0
        self.statuses: dict[str, str] = {}

    def tell(self, message: dict[str, Any]) -> None:
        if message["op"] == "result":
            self.statuses[message["name"]] = message["status"]

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["op"] == "start":
            message = {"op": "reset"}
        answer = self._project.answer(message)
        self.queries += len((answer.get("trace") or {}).get("queries", ()))
        if answer.get("exception"):
            raise LearnerError(answer["exception"])
        return answer


def grade(job: dict[str, Any], image: bytes) -> dict[str, str]:
    """Each check's status. The process is used up afterwards: it has the project in it."""
    with tempfile.TemporaryDirectory(prefix="dm-bench-") as directory:
        slot = Path(directory).resolve()
        for name, text in job["files"].items():
            path = slot / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        own, database = own_files_in(slot), Database()
        boot(job, slot, database, image, own)
        case = examine.load(job["checks"])
        case.link = link = _Inline(candidate.LiveProject(Capture(1 << 16), database, own))
        for check in examine.listing(case):
            examine.run_one(case, check["name"])
    return link.statuses


def serve(requests: Stream, answers: Stream, image: bytes) -> None:
    """Reads one job, as a line of JSON, and answers with the statuses, as a line of JSON."""
    answers.write(json.dumps(grade(json.loads(requests.readline()), image)).encode() + b"\n")
    answers.flush()
