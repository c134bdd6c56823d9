"""A machine of the platform: an empty directory, the files of a release in it, the app's commands run in it.

The commands are the app's own, with arguments that `commands.py` knows; the files are those of the
repository. A visitor chooses among them, and writes values of a few environment variables. Nothing else of
theirs gets here.
"""

import json
import queue
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STANDARD = sysconfig.get_path("stdlib")
PACKAGES = sysconfig.get_path("purelib")
INSIDE = Path(__file__).parent / "inside.py"
OUR_FRAMES = re.compile(rf'^ *File "{re.escape(str(INSIDE))}", line .*\n(?:    .*\n)*', re.MULTILINE)
DATABASE = "managed.sqlite3"
PATIENCE = 60  # seconds of the clock: a busy machine is slow
MOST_WRITTEN = 64 * 1024  # bytes of one file that is kept
AT_ONCE = 2


class Helper:
    """A process with everything imported, which forks for a job. It ends when this one does."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def told_of(self, job: dict[str, Any]) -> list[dict[str, Any]] | None:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(INSIDE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={},
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        return json.loads(line) if line else None


_helpers: queue.LifoQueue[Helper] = queue.LifoQueue()
for _ in range(AT_ONCE):
    _helpers.put(Helper())


@dataclass(frozen=True)
class Said:
    """What became of one step."""

    exit: int
    output: str
    answer: Any
    ms: int


@dataclass
class Outcome:
    steps: list[Said] = field(default_factory=list)
    written: dict[str, bytes] = field(default_factory=dict)
    database: bytes = b""

    @property
    def succeeded(self) -> bool:
        return all(step.exit == 0 for step in self.steps)


class Overloaded(Exception):
    """All machines are taken."""


def run(
    files: Mapping[str, bytes],
    database: bytes,
    environment: Mapping[str, str],
    steps: Sequence[dict[str, Any]],
    *,
    read_only: bool = False,
    has_database: bool = True,
) -> Outcome:
    """Run the steps until one fails. `written` are files that are new or changed. Raises Overloaded."""
    try:
        helper = _helpers.get(timeout=30)
    except queue.Empty:
        raise Overloaded from None
    try:
        with tempfile.TemporaryDirectory(prefix="platforms-") as folder:
            return _run(helper, Path(folder), files, database, environment, steps, read_only, has_database)
    finally:
        _helpers.put(helper)


def _run(
    helper: Helper,
    folder: Path,
    files: Mapping[str, bytes],
    database: bytes,
    environment: Mapping[str, str],
    steps: Sequence[dict[str, Any]],
    read_only: bool,
    has_database: bool,
) -> Outcome:
    app, managed = folder / "app", folder / DATABASE
    for name, content in files.items():
        path = app / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if database:
        managed.write_bytes(database)
    job = {
        "folder": str(app),
        "seconds": PATIENCE,
        "steps": list(steps),
        "environment": {**environment, **({"DATABASE_URL": f"sqlite:///{managed}"} if has_database else {})},
        "read_only": read_only,
    }
    answer = helper.told_of(job)
    if answer is None:
        return Outcome([Said(124, f"Ended after {PATIENCE} seconds.", None, 0)], database=database)
    told = [Said(**{**step, "output": _tidy(step["output"], app)}) for step in answer]
    return Outcome(told, _changed(app, files), managed.read_bytes() if managed.exists() else b"")


def _tidy(output: str, app: Path) -> str:
    """Paths as they would be on the platform, and no frame of what plays it."""
    output = OUR_FRAMES.sub("", output)
    output = output.replace(f"{app.parent / DATABASE}", DATABASE).replace(f"{app}/", "/app/")
    output = output.replace(f"{PACKAGES}/", "site-packages/").replace(f"{STANDARD}/", "python3/")
    return output.replace(str(app), "/app")


def _changed(app: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    found = {}
    for path in sorted(app.rglob("*")):
        name = path.relative_to(app).as_posix()
        if path.is_file() and "__pycache__" not in path.parts and path.stat().st_size <= MOST_WRITTEN:
            content = path.read_bytes()
            if files.get(name) != content:
                found[name] = content
    return found
