from __future__ import annotations

import contextlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.operations.backup import BackupError, read, write


class Command(BaseCommand):
    help = (
        "Write the database and the uploaded files into one file with checksums, while the site runs. "
        "`--check FILE` reads one and says whether it is whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to", type=Path, default=Path(settings.VAR_DIR) / "backups", help="the folder (var/backups)"
        )
        parser.add_argument("--keep", type=int, default=0, help="remove all but the latest so many (0: none)")
        parser.add_argument(
            "--with-secrets",
            action="store_true",
            help="also var/secrets, for an installation that made its own; keep such a file like a password",
        )
        parser.add_argument("--check", type=Path, metavar="FILE", help="check this backup and write none")

    def handle(
        self,
        *args: Any,
        to: Path,
        keep: int,
        with_secrets: bool,
        check: Path | None,
        **options: Any,
    ) -> None:
        try:
            if check is not None:
                self._say(check, read(check))
                return
            now = timezone.now()
            path = to / f"course-{now:%Y%m%d-%H%M%S}.tar.gz"
            self._say(path, write(path, now=now, with_secrets=with_secrets))
        except BackupError as error:
            raise CommandError(str(error)) from error
        if keep > 0:
            for old in sorted(to.glob("course-*-*.tar.gz"))[:-keep]:
                with contextlib.suppress(FileNotFoundError):
                    old.unlink()
                self.stdout.write(f"Removed {old}")

    def _say(self, path: Path, manifest: Any) -> None:
        rows, size = sum(manifest.database["rows"].values()), path.stat().st_size
        uploads = sum(name.startswith("media/") for name in manifest.files)
        self.stdout.write(
            f"{path}: whole, {size / 1024**2:.1f} MB, {rows} rows of {manifest.engine}, "
            f"{uploads} uploaded files, of {manifest.made_at}"
        )
