from __future__ import annotations

import json
import os
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.errors import ContentError
from content.exercises import ExerciseDocument
from lms.grading.folders import find_exercises
from lms.grading.verify import CaseOutcome, verify
from sandbox.jail import JailUnavailable, start_jail


class Command(BaseCommand):
    help = (
        "Grade every solution, starter, wrong and also-right case in the real jail, and say which breaks its "
        "promise: the solution and what is also right pass, the starter boots and fails a check, each wrong "
        "case is caught by the check that it names. Exits with 1 where one does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="LESSON[/EXERCISE]", help="only these; all without")
        parser.add_argument("--json", action="store_true", help="print an object per case and no progress")
        # One more than there are processors: of a case's time a third is waiting, for a sleep or a frame.
        workers = (os.cpu_count() or 1) + 1
        parser.add_argument("--workers", type=int, default=workers, help="cases graded at once")

    def handle(self, *args: Any, names: list[str], workers: int, **options: Any) -> None:
        try:
            exercises = [exercise for name in names or [""] for exercise in find_exercises(name)]
            with start_jail() as jail:
                outcomes = self._verify(jail, exercises, max(1, workers), quiet=options["json"])
        except (ContentError, LookupError, JailUnavailable) as error:
            raise CommandError(str(error)) from error
        broken = [outcome for outcome in outcomes if outcome.broken]
        if options["json"]:
            self.stdout.write(json.dumps([outcome.to_json() for outcome in outcomes], indent=1))
        else:
            self._report(exercises, outcomes, broken)
        if broken:
            sys.exit(1)

    def _verify(
        self, jail: Any, exercises: list[ExerciseDocument], workers: int, *, quiet: bool
    ) -> list[CaseOutcome]:
        total = sum(len(list(exercise.cases())) for exercise in exercises)
        done = 0
        lock = threading.Lock()

        def progress(outcome: CaseOutcome) -> None:
            nonlocal done
            with lock:
                done += 1
                if not quiet and self.stderr.isatty():
                    bar = "#" * (30 * done // total)
                    self.stderr.write(f"\r[{bar:<30}] {done}/{total} {outcome.exercise:<50.50}", ending="")

        outcomes = verify(jail, exercises, workers=workers, on_outcome=progress)
        if not quiet and self.stderr.isatty():
            self.stderr.write("")
        return outcomes

    def _report(
        self, exercises: list[ExerciseDocument], outcomes: list[CaseOutcome], broken: list[CaseOutcome]
    ) -> None:
        for outcome in broken:
            where = f"{outcome.exercise} {outcome.kind} {outcome.case}".rstrip()
            self.stdout.write(self.style.ERROR(f"{where}: {outcome.broken}"))
        self.stdout.write(f"{len(exercises)} exercises, {len(outcomes)} cases, {len(broken)} broken")
