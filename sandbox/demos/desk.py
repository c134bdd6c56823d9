"""What lies beside a world's database: the learner it counts for, missions done, mail.

A small JSON file and not a table: mail that was sent stays sent when the demo's transaction is rolled
back, and nothing here waits for the demo's locks.
"""

import fcntl
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict

from sandbox.demos.worlds import World

MAX_MAIL = 100
# For the threads of a process; a file for the processes, since a worker of a demo sends mail too.
_lock = threading.Lock()


class Letter(TypedDict):
    id: str
    at: float
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str | None
    read: bool


class Done(TypedDict):
    at: int
    learner: str | None


class Desk(TypedDict):
    learner: str | None  # hex key out of the badge
    missions: dict[str, Done]
    mail: list[Letter]


def read_desk(world: World) -> Desk:
    return _load(_file(world))


@contextmanager
def open_desk(world: World) -> Iterator[Desk]:
    """Change it inside the block; it is stored atomically at the end, unless the block raises."""
    with _lock, _alone(world):
        file = _file(world)
        desk = _load(file)
        before = json.dumps(desk)
        yield desk
        desk["mail"] = desk["mail"][-MAX_MAIL:]
        after = json.dumps(desk)
        if after != before:
            file.parent.mkdir(parents=True, exist_ok=True)
            new = file.with_name(f".{uuid.uuid4().hex}.tmp")
            new.write_text(after, encoding="utf-8")
            new.replace(file)


@contextmanager
def _alone(world: World) -> Iterator[None]:
    """No other process changes it meanwhile; the kernel lets go for one that is killed."""
    world.folder.mkdir(parents=True, exist_ok=True)
    with (world.folder / ".desk.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def clear_desk(world: World) -> None:
    """At reset: missions and mail go; whom it counts for stays."""
    with open_desk(world) as desk:
        desk["missions"] = {}
        desk["mail"] = []


def _file(world: World) -> Path:
    return world.folder / "desk.json"


def _load(file: Path) -> Desk:
    try:
        stored: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        stored = {}
    return {
        "learner": stored.get("learner"),
        "missions": stored.get("missions", {}),
        "mail": stored.get("mail", []),
    }
