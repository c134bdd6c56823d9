"""Putting a backup back: everything is checked before anything is touched."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader

from lms.operations.backup import databases
from lms.operations.backup.archive import BackupError, Manifest, read


def restore(path: Path, *, overwrite: bool = False) -> Manifest:
    """Replace this installation's database and uploads by those of the backup. Raises BackupError.

    Nobody else may use them meanwhile. Without `overwrite` a database in which there are people is refused.
    """
    root = Path(settings.VAR_DIR)
    root.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=root) as staging:
            manifest = read(path, into=Path(staging))
            _refuse_what_does_not_fit(manifest)
            if connection.vendor != "sqlite":
                # COPY fills tables that are there; they are made once the backup is known to be good.
                call_command("migrate", interactive=False, verbosity=0)
            if not overwrite and (count := databases.people()):
                raise BackupError(
                    f"The database here has {count} accounts and visitors. --overwrite replaces them."
                )
            databases.load(Path(staging) / "database", manifest.database)
            _replace(Path(settings.MEDIA_ROOT), Path(staging) / "media")
            if (Path(staging) / "secrets").exists():
                _replace(root / "secrets", Path(staging) / "secrets", private=True)
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


def _replace(folder: Path, new: Path, *, private: bool = False) -> None:
    """Put `new` where `folder` is; the old one is removed once the new one is there."""
    new.mkdir(exist_ok=True)
    new.chmod(0o700 if private else 0o755)
    for inside in new.rglob("*"):
        inside.chmod((0o700 if private else 0o755) if inside.is_dir() else (0o600 if private else 0o644))
    old = new.with_name(f"{new.name}.old")
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
