"""A visitor's world: their database of one lesson, and what lies beside it (mail, missions).

`with world(visitor, lesson):` makes it the one that queries of this context go to. The middleware and the
ASGI wrapper do it for requests and consumers; a thread or a task that a demo starts on its own does it
itself.
"""

import hashlib
import hmac
import itertools
import os
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import connections

from sandbox.demos import places
from sandbox.demos.conf import conf
from sandbox.demos.discovery import Demo
from sandbox.demos.originals import original

SWEEP_AFTER = 200  # new worlds

_lock = threading.Lock()
_made = itertools.count(1)
# How often each world was reset since the process started: connections to the file from before are not
# used again.
_generations: dict[Path, int] = {}


class UnknownLessonError(LookupError):
    """There is no demo of that name."""


@dataclass(frozen=True)
class World:
    """`visitor` is the random id out of the signed cookie, 32 hex digits."""

    visitor: str
    demo: Demo

    @cached_property
    def folder(self) -> Path:
        """Named by a keyed hash: a browser sends a visitor's id, but can't choose or guess a file by it."""
        key = hmac.new(conf.SECRET_KEY.encode(), f"world:{self.visitor}".encode(), hashlib.sha256)
        folder: Path = worlds_folder() / self.demo.slug / key.hexdigest()[:40]
        return folder

    @property
    def identity(self) -> tuple[Any, ...]:
        return ("world", self.folder, _generations.get(self.folder, 0))

    def file(self) -> Path:
        """Copied from the lesson's original at first use."""
        source = original(self.demo)
        # With the original's digest in its name: a world of other migrations is another file.
        file = self.folder / source.name
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            copy = self.folder / f".{uuid.uuid4().hex}.tmp"
            try:
                shutil.copyfile(source, copy)
                # link() and not rename(): of two first requests at once, the second must not undo the first.
                with suppress(FileExistsError):
                    os.link(copy, file)
            finally:
                copy.unlink(missing_ok=True)
            _sweep_after_many()
        return file

    def touch(self) -> None:
        """Note that it is in use, for `sweep`."""
        with suppress(FileNotFoundError):
            os.utime(self.folder)

    def reset(self) -> None:
        """Back to the lesson's original. What lies beside the database stays."""
        connections.close_all()
        with _lock:
            _generations[self.folder] = _generations.get(self.folder, 0) + 1
            for file in self.folder.glob("*.sqlite3*"):
                file.unlink(missing_ok=True)


def _sweep_after_many() -> None:
    # Visitors without a cookie, as robots are, could fill the disk between two of the periodic sweeps.
    if next(_made) % SWEEP_AFTER == 0:
        threading.Thread(target=sweep, name="sweep", daemon=True).start()


@contextmanager
def world(visitor: str, lesson: str) -> Iterator[World]:
    """Let queries of this context go to the visitor's database of this lesson. Raises UnknownLessonError."""
    found = World(visitor, demo_named(lesson))
    with places.at(found):
        try:
            yield found
        finally:
            connections.close_all()


def demo_named(lesson: str) -> Demo:
    for demo in conf.DEMOS:
        if demo.slug == lesson:
            return demo
    raise UnknownLessonError(f"There is no demo of a lesson {lesson!r}.")


def worlds_folder() -> Path:
    folder: Path = conf.DEMOS_VAR_DIR / "worlds"
    return folder


@dataclass(frozen=True)
class Swept:
    removed: int
    kept: int
    bytes_kept: int


def sweep(
    *,
    now: float | None = None,
    max_age: float | None = None,
    max_count: int | None = None,
    max_bytes: int | None = None,
    dry_run: bool = False,
) -> Swept:
    """Remove worlds that were not used for `max_age` seconds, then the longest unused until the rest fits.

    With `dry_run` they are counted only.
    """
    now = time.time() if now is None else now
    max_age = conf.WORLD_MAX_AGE if max_age is None else max_age
    left_count = conf.WORLD_MAX_COUNT if max_count is None else max_count
    left_bytes = conf.WORLD_MAX_BYTES if max_bytes is None else max_bytes
    removed = kept = bytes_kept = 0
    for used, size, folder in sorted(_all_worlds(), reverse=True):
        if now - used > max_age or kept >= left_count or bytes_kept + size > left_bytes:
            if not dry_run:
                shutil.rmtree(folder, ignore_errors=True)
            removed += 1
        else:
            kept += 1
            bytes_kept += size
    return Swept(removed, kept, bytes_kept)


def _all_worlds() -> Iterator[tuple[float, int, Path]]:
    for folder in worlds_folder().glob("*/*"):
        try:
            stats = [file.stat() for file in folder.iterdir()]
            used = max([folder.stat().st_mtime, *(stat.st_mtime for stat in stats)])
        except (FileNotFoundError, NotADirectoryError):
            continue  # another sweep was faster
        yield used, sum(stat.st_size for stat in stats), folder
