from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.commands import read_rows
from content.errors import ContentError
from content.lesson_format import check_canonical, normalise, parse


class Command(BaseCommand):
    help = "Bring lesson.md files into the canonical form, which an export from Wagtail has too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", nargs="*", type=Path, metavar="path", help="files or folders of lessons (all)"
        )
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 if a file would change"
        )

    def handle(self, *args: Any, paths: list[Path], check: bool, **options: Any) -> None:
        files = [path / "lesson.md" if path.is_dir() else path for path in paths]
        files = files or [row.folder / "lesson.md" for row in read_rows() if row.is_written]
        faults = sum(not self._format(file, check=check) for file in files)
        if faults:
            raise CommandError(f"{faults} of {len(files)} not in order.")

    def _format(self, file: Path, *, check: bool) -> bool:
        """Return whether the file is in order, now."""
        try:
            text = file.read_bytes().decode()
            if check:
                check_canonical(text)
                return True
            formatted = normalise(text)
            if parse(formatted) != parse(text):
                raise ContentError("The formatted text would not say the same; please report this file.")
        except OSError as error:
            self.stderr.write(f"{file}: {error.strerror}")
            return False
        except UnicodeDecodeError as error:
            self.stderr.write(f"{file}: not UTF-8 from byte {error.start} on")
            return False
        except ContentError as error:
            self.stderr.write(str(error.at(file)))
            return False
        if formatted != text:
            file.write_bytes(formatted.encode())
        self.stdout.write(f"{'formatted' if formatted != text else 'unchanged'}  {file}")
        return True
