from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.commands import chosen_rows, database_errors, read_rows
from content.folders import BrokenFolder, LessonFolder, read_folder
from content.loading import Outcome, Stored, load_lesson, withdrawn_lessons
from content.models import TrackPage
from content.site_tree import ensure_tree
from content.syllabus import Row, read_syllabus


class Command(BaseCommand):
    help = (
        "Load the lessons' folders into Wagtail: roadmap, tracks, lessons, exercises. Run it at any time; "
        "what was edited in the admin since the last load is reported, and not overwritten."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "lessons", nargs="*", metavar="lesson", help="slugs of lessons (all that are written)"
        )
        parser.add_argument("--force", action="store_true", help="overwrite what was edited in the admin")

    def handle(self, *args: Any, lessons: list[str], force: bool, **options: Any) -> None:
        rows = read_rows()
        wanted = chosen_rows(rows, lessons)
        with database_errors():
            tracks = ensure_tree(read_syllabus())
            stored = Stored.fetch()
            outcomes, broken = self._load(wanted, {row.slug for row in rows}, stored, tracks, force=force)
        gone = [] if lessons else withdrawn_lessons(stored, {row.slug for row in rows if row.is_written})
        for slug in gone:
            self.stdout.write(f"withdrawn  {slug}: it has a page and no lesson.md; unpublish it in the admin")
        self._sum_up(outcomes, broken)

    def _load(
        self, rows: list[Row], known: set[str], stored: Stored, tracks: dict[str, TrackPage], *, force: bool
    ) -> tuple[list[Outcome], int]:
        outcomes, broken = [], 0
        for row in rows:
            try:
                folder: LessonFolder = read_folder(row, known=known)
                outcome = load_lesson(folder, stored=stored, tracks=tracks, force=force)
            except BrokenFolder as error:
                broken += 1
                for fault in error.errors:
                    self.stderr.write(str(fault))
                continue
            outcomes.append(outcome)
            self._report(outcome)
        return outcomes, broken

    def _report(self, outcome: Outcome) -> None:
        moved = f" (moved to {outcome.moved_to})" if outcome.moved_to else ""
        draft = " (not published)" if outcome.is_draft else ""
        self.stdout.write(f"{outcome.status:<10} {outcome.slug}{moved}{draft}")
        for name in outcome.kept:
            self.stdout.write(f"           {name} was edited in the admin since it was loaded")
        for line in outcome.diff:
            self.stdout.write(f"             {line}")
        if outcome.kept:
            self.stdout.write(
                f"           `manage.py export_lessons {outcome.slug}` writes the page to its file; "
                f"`manage.py load_lessons --force {outcome.slug}` takes the file"
            )
        for name in outcome.withdrawn:
            self.stdout.write(f"           {name} has no folder any more; its submissions are kept")

    def _sum_up(self, outcomes: list[Outcome], broken: int) -> None:
        counts = dict.fromkeys(("loaded", "unchanged", "kept"), 0)
        for outcome in outcomes:
            counts[outcome.status] += 1
        self.stdout.write(
            f"{counts['loaded']} loaded, {counts['unchanged']} unchanged, {counts['kept']} kept (edited)"
        )
        if broken:
            raise CommandError(f"{broken} with errors, not loaded.")
