"""SQLite for the tests, migrated once: Wagtail's 200 migrations take longer than most test files do.

The migrated database is kept in var/test/, under a digest of every migration there is. Each test process
begins with a copy of it, in memory.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db.backends.sqlite3 import base, creation

_KEEP = 3


class DatabaseCreation(creation.DatabaseCreation):
    def create_test_db(self, *args: Any, **options: Any) -> str:
        template = migrated_template()
        with _alone(template):
            if not template.exists():
                name: str = super().create_test_db(*args, **options)
                self._save(template)
                return name
        return self._copy(template)

    def _save(self, template: Path) -> None:
        draft = template.with_suffix(f".{os.getpid()}")
        with contextlib.closing(sqlite3.connect(draft)) as file:
            self.connection.ensure_connection()
            self.connection.connection.backup(file)
        draft.rename(template)
        older = sorted(template.parent.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-_KEEP]
        for path in older:
            path.unlink(missing_ok=True)

    def _copy(self, template: Path) -> str:
        name: str = self._get_test_db_name()  # type: ignore[attr-defined]
        self.connection.close()
        settings.DATABASES[self.connection.alias]["NAME"] = name
        self.connection.settings_dict["NAME"] = name
        self.connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(f"file:{template}?mode=ro", uri=True)) as file:
            file.backup(self.connection.connection)
        os.utime(template)
        return name


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation


def copy_migrated(target: Path) -> bool:
    """Copy a database that is migrated already to `target`; return False where none was kept yet."""
    template = migrated_template()
    with _alone(template):
        if template.exists():
            shutil.copyfile(template, target)
    return target.exists()


def migrated_template() -> Path:
    """Return where the database of today's migrations is kept, whether or not it is there yet."""
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda config: config.label):
        with contextlib.suppress(ModuleNotFoundError):
            folder = Path(import_module(f"{app.name}.migrations").__path__[0])
            for file in sorted(folder.glob("*.py")):
                digest.update(f"{app.label}/{file.name}\n".encode())
                digest.update(file.read_bytes())
    return Path(settings.BASE_DIR) / "var" / "test" / f"{digest.hexdigest()[:20]}.sqlite3"


@contextlib.contextmanager
def _alone(template: Path) -> Iterator[Any]:
    """Hold the lock that lets one process migrate while the others wait for what comes of it."""
    template.parent.mkdir(parents=True, exist_ok=True)
    with (template.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
