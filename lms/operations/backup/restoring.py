"""Putting a backup back: everything is checked before anything is touched, and undone where a step fails."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader

from lms.operations.backup import databases
from lms.operations.backup.archive import BackupError, Manifest, read

STAGING = ".restore-"
# The root of a file system has one, and it is root's.
NOT_OURS = "lost+found"


def restore(path: Path, *, overwrite: bool = False) -> Manifest:
    """Replace this installation's database and uploads by those of the backup. Raises BackupError.

    Nobody else may use them meanwhile. Without `overwrite` a database in which there are people is refused.
    """
    root = Path(settings.VAR_DIR)
    root.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=STAGING, dir=root) as staging:
            manifest = read(path, into=Path(staging))
            _refuse_what_does_not_fit(manifest)
            if connection.vendor != "sqlite":
                # COPY fills tables that are there; they are made once the backup is known to be good.
                call_command("migrate", interactive=False, verbosity=0)
            if not overwrite and (count := databases.people()):
                raise BackupError(
                    f"The database here has {count} accounts and visitors. --overwrite replaces them."
                )
            with contextlib.ExitStack() as folders:
                folders.enter_context(replaced(Path(settings.MEDIA_ROOT), Path(staging) / "media"))
                if (secrets := Path(staging) / "secrets").exists():
                    folders.enter_context(replaced(root / "secrets", secrets, private=True))
                # Last, and whole or not at all: where it fails, the folders go back to what they were.
                databases.load(Path(staging) / "database", manifest.database)
    except (OSError, OperationalError, databases.DatabaseProblem) as error:
        raise BackupError(f"The backup was not restored: {error}") from error
    return manifest


def _refuse_what_does_not_fit(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise BackupError(
            f"This backup is one of {manifest.engine}, and this installation uses {connection.vendor}."
        )
    loader = MigrationLoader(None, ignore_no_migrations=True)
    here = {f"{app}.{name}" for app, name in loader.disk_migrations}
    # What was squashed since is known under both names.
    unknown = sorted(
        name for name in manifest.migrations if name not in here and name.split(".")[0] in _labels()
    )
    if unknown:
        raise BackupError(f"This backup is of another release: it has the migration {unknown[0]}.")
    missing = sorted(here - set(manifest.migrations))
    if missing and connection.vendor != "sqlite":
        raise BackupError(
            f"This backup is of an earlier release, without {missing[0]}: restore it with that, then upgrade."
        )


def _labels() -> set[str]:
    from django.apps import apps

    return {config.label for config in apps.get_app_configs()}


@contextlib.contextmanager
def replaced(folder: Path, new: Path, *, private: bool = False) -> Iterator[None]:
    """Put what `new` holds into `folder`; what was in it comes back if the context ends with an error.

    The folder may be a file system of its own, which cannot be renamed and into which nothing can be renamed
    from outside. So what is new is copied into a directory in it first, which shows whether there is room,
    and then only names change. Were this process killed between those, that directory has what was there.
    """
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)
    if private:
        folder.chmod(0o700)
    # Readable by us alone, whoever serves the folder.
    staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
    ready, old = staging / "new", staging / "old"
    moved: list[tuple[Path, Path]] = []
    try:
        old.mkdir()
        new.mkdir(exist_ok=True)
        shutil.move(new, ready)
        _set_modes(ready, private=private)
        for source, target in ((folder, old), (ready, folder)):
            for entry in sorted(source.iterdir()):
                if entry != staging and entry.name != NOT_OURS:
                    # Written down first: an interrupt between the two must not make it forgotten.
                    moved.append((target / entry.name, entry))
                    entry.rename(target / entry.name)
        yield
    except BaseException:
        for now, before in reversed(moved):
            if os.path.lexists(now):
                now.rename(before)
        shutil.rmtree(staging, ignore_errors=True)
        raise
    shutil.rmtree(staging, ignore_errors=True)


def _set_modes(folder: Path, *, private: bool) -> None:
    for inside in folder.rglob("*"):
        inside.chmod((0o700 if private else 0o755) if inside.is_dir() else (0o600 if private else 0o644))
