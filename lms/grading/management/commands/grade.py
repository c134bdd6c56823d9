from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.errors import ContentError
from content.exercise_format import read_files
from content.exercises import LearnerPathError
from lms.grading.folders import find_exercises
from lms.grading.projects import project_of
from sandbox.jail import CheckResult, InvalidProject, JailUnavailable, Verdict, grade, start_jail

SIGNS = {"passed": "✓", "failed": "✗", "error": "!", "not_run": "-"}


class Command(BaseCommand):
    help = (
        "Grade a folder of files against an exercise, in the jail, and print its checks. The files are laid "
        "over the exercise's starter. Exits with 0 if all checks pass, 1 if not, 2 if it could not be graded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("exercise", metavar="LESSON/EXERCISE")
        parser.add_argument("directory", type=Path)
        parser.add_argument("--json", action="store_true", help="print the verdict as JSON")

    def handle(self, *args: Any, exercise: str, directory: Path, **options: Any) -> None:
        if not directory.is_dir():
            raise CommandError(f"{directory} is not a folder.", returncode=2)
        try:
            found = find_exercises(exercise)
            if len(found) != 1:
                raise LookupError(f"{exercise} means {len(found)} exercises; name one: LESSON/EXERCISE.")
            files = {
                path: text for path, text in read_files(directory).items() if path not in ("CASE", "REMOVED")
            }
            removed = (directory / "REMOVED").read_text().split() if (directory / "REMOVED").exists() else []
            project = project_of(found[0], found[0].project_files(files, removed=removed))
            project.validate()
            with start_jail() as jail:
                on_check = None if options["json"] else self._print
                verdict = grade(
                    jail, project, found[0].checks, time_limit=found[0].time_limit, on_check=on_check
                )
        except (ContentError, LearnerPathError, LookupError, InvalidProject, JailUnavailable) as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(verdict.to_json(), indent=1))
        else:
            self._print_end(verdict)
        if verdict.state != "passed":
            sys.exit(2 if verdict.state == "ours" else 1)

    def _print(self, check: CheckResult) -> None:
        if check.status == "pending":
            return
        style = self.style.SUCCESS if check.status == "passed" else self.style.ERROR
        self.stdout.write(
            style(f"{SIGNS.get(check.status, '?')} {check.title}  ({check.name}, {check.ms:.0f} ms)")
        )
        for label in ("message", "expected", "got", "concept"):
            if value := getattr(check, label):
                self.stdout.write(f"    {label}: {value}")
        for frame in check.frames:
            self.stdout.write(f"    {frame['file']}:{frame['line']} in {frame['function']}: {frame['code']}")

    def _print_end(self, verdict: Verdict) -> None:
        if verdict.output:
            self.stdout.write(f"printed:\n{verdict.output}")
        self.stdout.write(f"{verdict.state} in {verdict.duration_ms:.0f} ms  {verdict.message}".rstrip())
