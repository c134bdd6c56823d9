"""The database that each new world is a copy of: a lesson's migrations and its seed.

There is one file with the tables of all apps, and a copy of it per lesson with that lesson's rows. All
tables, because all demos are installed together: deleting a user asks every model that points at users.
File names carry a digest of what they were made from, so that a change makes another file and
the old one is not touched.
"""

import fcntl
import hashlib
import importlib
import logging
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connections
from django.db.models import Model

from sandbox.demos.conf import conf
from sandbox.demos.discovery import Demo
from sandbox.demos.places import PlainFile, at

log = logging.getLogger(__name__)

_NOT_DATA = {"templates", "static", "tests", "__pycache__"}
_building = threading.RLock()
_known: dict[str, Path] = {}


def original(demo: Demo) -> Path:
    """The file to copy for a new world of this lesson; built if need be.

    Code does not change while the process runs, so the digest is taken once.
    """
    path = _known.get(demo.slug)
    if path is None or not path.exists():
        with _building:
            path = _known[demo.slug] = _made(demo.slug, _digest(demo), lambda file: _build(demo, file))
    return path


def prepare(demos: Iterable[Demo], report: Callable[[str], None] = log.info) -> None:
    """Build what is missing or out of date, and remove originals that nothing can use any more.

    Of several replicas that start with one folder, the first builds and the others wait and find it done.
    """
    with _alone():
        kept = {_base()}
        for demo in demos:
            known = set(_folder().glob(f"{demo.slug}-*.sqlite3"))
            path = original(demo)
            kept.add(path)
            report(f"{demo.track}/{demo.slug}: {'up to date' if path in known else 'database built'}")
        for file in _folder().iterdir():
            if file not in kept:
                file.unlink(missing_ok=True)


def ready(demos: Iterable[Demo]) -> bool:
    """Whether every demo's original is there, without building any."""
    return all(demo.slug in _known and _known[demo.slug].exists() for demo in demos)


@contextmanager
def _alone() -> Iterator[None]:
    """No other process prepares meanwhile: it would remove what is being built here."""
    with (_folder().parent / ".originals.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _folder() -> Path:
    folder: Path = conf.DEMOS_VAR_DIR / "originals"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _made(name: str, digest: str, build: Callable[[Path], None]) -> Path:
    path = _folder() / f"{name}-{digest}.sqlite3"
    if path.exists():
        return path
    unfinished = path.with_name(f".{name}-{uuid.uuid4().hex}.tmp")
    try:
        # In a thread of its own: it has its own connection and no recorder, whoever's query asked for this.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(build, unfinished).result()
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _base() -> Path:
    labels = [config.label for config in apps.get_app_configs()]
    digest = hashlib.sha256("\n".join([f"django {version('django')}", *sorted(labels)]).encode())
    for demo in conf.DEMOS:
        for file in sorted((demo.folder / "demo" / "migrations").glob("*.py")):
            digest.update(f"{demo.slug}/{file.name}".encode() + b"\0" + file.read_bytes() + b"\0")
    return _made("base", digest.hexdigest()[:16], _migrate)


def _build(demo: Demo, file: Path) -> None:
    shutil.copyfile(_base(), file)
    seed_module = f"{demo.module}.seed"
    if not (demo.folder / "demo" / "seed.py").is_file():
        return
    seed = getattr(importlib.import_module(seed_module), "seed", None)
    if not callable(seed):
        raise ImproperlyConfigured(f"{demo.track}/{demo.slug}/demo/seed.py has no function seed()")
    with at(PlainFile(file)):
        try:
            seed()
        finally:
            connections.close_all()


def _migrate(file: Path) -> None:
    for config in apps.get_app_configs():
        is_migrated = (Path(config.path) / "migrations").is_dir()
        if not is_migrated and any(_has_table(model) for model in config.get_models()):
            raise ImproperlyConfigured(
                f"{config.name} has models, but no migrations: "
                f"run `python -m sandbox.demos django makemigrations {config.label}`"
            )
    with at(PlainFile(file)):
        try:
            # All at once: each call reads all migrations, and makes content types and permissions anew.
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            connections.close_all()


def _has_table(model: type[Model]) -> bool:
    return bool(model._meta.managed and not model._meta.proxy)


def _digest(demo: Demo) -> str:
    """Of everything in the demo's folder that could change its tables or rows."""
    folder = demo.folder / "demo"
    digest = hashlib.sha256(_base().name.encode())
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if file.is_file() and not _NOT_DATA.intersection(parts) and parts[-1] not in ("views.py", "urls.py"):
            digest.update("/".join(parts).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
