from __future__ import annotations

import contextlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms.operations.backup import BackupError, restore
from lms.processes import CannotStart, only_one


class Command(BaseCommand):
    help = "Replace the database and uploaded files by a backup's. Stop the site, the worker and beat first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument(
            "--overwrite", action="store_true", help="although there are people in the database"
        )

    def handle(self, *args: Any, file: Path, overwrite: bool, **options: Any) -> None:
        try:
            with contextlib.ExitStack() as alone:
                if not settings.DATABASE_URL:
                    alone.enter_context(only_one(settings.VAR_DIR / "up.lock"))
                manifest = restore(file, overwrite=overwrite)
        except (BackupError, CannotStart) as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.database["rows"].values())
        self.stdout.write(
            f"Restored {rows} rows and the uploaded files of {manifest.made_at}. Start the site now."
        )
