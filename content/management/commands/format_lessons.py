from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.commands import read_rows
from content.errors import ContentError
from content.exercise_export import write_exercise
from content.exercise_format import read_exercise
from content.lesson_format import check_canonical, normalise, parse


class Command(BaseCommand):
    help = (
        "Bring lesson.md and exercise.md files into the canonical form, which an export from Wagtail has too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", nargs="*", type=Path, metavar="path", help="files or folders of lessons (all)"
        )
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 if a file would change"
        )

    def handle(self, *args: Any, paths: list[Path], check: bool, **options: Any) -> None:
        paths = paths or [row.folder for row in read_rows() if row.is_written]
        files = [file for path in paths for file in (_files_of(path) if path.is_dir() else [path])]
        faults = sum(not self._format(file, check=check) for file in files)
        if faults:
            raise CommandError(f"{faults} of {len(files)} not in order.")

    def _format(self, file: Path, *, check: bool) -> bool:
        """Return whether the file is in order, now."""
        try:
            text = file.read_bytes().decode()
            if file.name == "exercise.md":
                formatted = write_exercise(read_exercise(file.parent))["exercise.md"]
                if check and formatted != text:
                    raise ContentError("Not in the canonical form; without --check it is rewritten.")
            elif check:
                check_canonical(text)
                return True
            else:
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
            self.stderr.write(str(error if error.path else error.at(file)))
            return False
        if formatted != text:
            file.write_bytes(formatted.encode())
        self.stdout.write(f"{'formatted' if formatted != text else 'unchanged'}  {file}")
        return True


def _files_of(folder: Path) -> list[Path]:
    return [folder / "lesson.md", *sorted(folder.glob("exercises/[!._]*/exercise.md"))]
