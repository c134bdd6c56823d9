"""Rows that are too many for a copy per visitor: files that are built once, and that all visitors read.

A demo that wants some has `demo/shared.py` with

- `ALIASES = ["parcels", "parcels_composite"]`, a literal: the names of databases, each a file of its own;
- `build(alias, rows, report)`: fill it, through `connections[alias]`. The first alias begins empty, each
  later one as a copy of the first. `rows` is how many there shall be, `report(0.4)` says how far it is;

and `demo/routers.py` with a `Router` that sends its models there. Everybody else's connections to these
aliases are read-only, and guarded as a world is. Files are made in the background when the site starts; until
then a query raises RowsAreComing, an OperationalError whose message says how far they are.

This package is also the database engine of these aliases: see base.py.
"""

import hashlib
import logging
import shutil
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from django.db import OperationalError, connections

from sandbox.demos.conf import conf
from sandbox.demos.discovery import Demo

log = logging.getLogger(__name__)

_OLD = 3600  # seconds after which a file that was never finished is nobody's

_building = threading.Lock()
_starting = threading.Lock()
_threads: dict[str, threading.Thread] = {}
_reached: dict[str, float] = {}
_failed: dict[str, str] = {}
_paths: dict[str, Path] = {}
# The file that this context writes, by alias. Only the one who builds it has one.
_written: ContextVar[tuple[str, Path] | None] = ContextVar("demos_shared_written", default=None)


class RowsAreComing(OperationalError):
    """The file of this alias is not there yet."""


def file_of(alias: str) -> Path:
    """The finished file. Raises RowsAreComing, and sees to it that somebody makes it."""
    demo = _demo_of(alias)
    path = _path(demo, alias)
    if not path.exists():
        begin([demo])
        if demo.slug in _failed:
            raise RowsAreComing(f"The rows could not be made: {_failed[demo.slug]}")
        raise RowsAreComing(f"The rows are being made: {_reached.get(demo.slug, 0.0):.0%} are there.")
    return path


def written_here(alias: str) -> Path | None:
    """The file that this very context is building under the alias."""
    written = _written.get()
    return written[1] if written is not None and written[0] == alias else None


def begin(demos: Iterable[Demo]) -> None:
    """Build what is missing in the background; returns at once."""
    for demo in demos:
        with _starting:
            running = _threads.get(demo.slug)
            if demo.shared and not is_built(demo) and (running is None or not running.is_alive()):
                thread = threading.Thread(target=_attempt, args=[demo], name=f"rows-{demo.slug}", daemon=True)
                _threads[demo.slug] = thread
                thread.start()


def is_built(demo: Demo) -> bool:
    return all(_path(demo, alias).exists() for alias in demo.shared)


def build(demo: Demo) -> None:
    """Build what is missing, and wait for it; remove what nothing can use any more."""
    with _building:
        for number, alias in enumerate(demo.shared):
            if not _path(demo, alias).exists():
                _build_one(demo, number, alias)
        for file in _folder().glob(f"{demo.slug}-*.sqlite3"):
            if file not in {_path(demo, alias) for alias in demo.shared}:
                file.unlink(missing_ok=True)


def _attempt(demo: Demo) -> None:
    began = time.monotonic()
    try:
        build(demo)
    except Exception as error:
        _failed[demo.slug] = str(error)
        log.exception("%s: the shared rows could not be made", demo.slug)
    else:
        _failed.pop(demo.slug, None)
        log.info("%s: shared rows made in %.1f s", demo.slug, time.monotonic() - began)


def _build_one(demo: Demo, number: int, alias: str) -> None:
    fill = import_module(f"{demo.module}.shared").build
    unfinished = _folder() / f".{alias}-{uuid.uuid4().hex}.tmp"
    if number:
        shutil.copyfile(_path(demo, demo.shared[0]), unfinished)
    token = _written.set((alias, unfinished))
    try:
        fill(alias, conf.SHARED_ROWS, _reporter(demo, number))
        connections[alias].close()
        unfinished.rename(_path(demo, alias))
    finally:
        connections[alias].close()
        _written.reset(token)
        unfinished.unlink(missing_ok=True)


def _reporter(demo: Demo, number: int) -> Callable[[float], None]:
    def report(fraction: float) -> None:
        _reached[demo.slug] = (number + fraction) / len(demo.shared)

    report(0.0)
    return report


def _demo_of(alias: str) -> Demo:
    return next(demo for demo in conf.DEMOS if alias in demo.shared)


def _folder() -> Path:
    folder: Path = conf.DEMOS_VAR_DIR / "shared"
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob(".*.tmp"):
        if time.time() - file.stat().st_mtime > _OLD:
            file.unlink(missing_ok=True)
    return folder


def _path(demo: Demo, alias: str) -> Path:
    """Named by what it is made of, so that a change makes another file."""
    if alias not in _paths:
        made_of = f"django {version('django')} sqlite {sqlite3.sqlite_version} rows {conf.SHARED_ROWS}"
        digest = hashlib.sha256(made_of.encode())
        for name in ("shared.py", "models.py"):
            digest.update((demo.folder / "demo" / name).read_bytes())
        _paths[alias] = _folder() / f"{demo.slug}-{alias}-{digest.hexdigest()[:16]}.sqlite3"
    return _paths[alias]
