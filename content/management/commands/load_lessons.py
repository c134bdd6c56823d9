from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from content.commands import CONFLICT_CODE, chosen_rows, database_errors, read_rows
from content.differences import as_text
from content.folders import BrokenFolder, LessonFolder, read_folder
from content.loading import Choice, Outcome, load_lesson, withdrawn_lessons
from content.models import TrackPage
from content.site_tree import ensure_tree
from content.syllabus import Row, read_syllabus
from content.versions import Stored


class Command(BaseCommand):
    help = (
        "Load the lessons' folders into Wagtail: roadmap, tracks, lessons, exercises. Run it at any time; "
        "what was edited in the admin since the last load is reported, and not overwritten. What changed on "
        "both sides is shown in three versions (base, here, folder), and left. "
        f"Exit code 1: a folder has errors; {CONFLICT_CODE}: a conflict is left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "lessons", nargs="*", metavar="lesson", help="slugs of lessons (all that are written)"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="change nothing, and say what would happen"
        )
        decide = parser.add_mutually_exclusive_group()
        decide.add_argument(
            "--merge", action="store_true", help="of conflicts, take the changes that do not touch each other"
        )
        decide.add_argument(
            "--take",
            choices=["ours", "theirs"],
            help="for the lessons named: keep what is here (ours), or overwrite it with the folder (theirs)",
        )
        decide.add_argument("--force", action="store_true", help="overwrite all that was edited in the admin")

    def handle(
        self,
        *args: Any,
        lessons: list[str],
        dry_run: bool,
        merge: bool,
        take: Choice | None,
        force: bool,
        **options: Any,
    ) -> None:
        if take and not lessons:
            raise CommandError(f"--take {take} needs the names of the lessons to do it with.")
        choice: Choice = "theirs" if force else "merge" if merge else take or ""
        rows = read_rows()
        wanted = chosen_rows(rows, lessons)
        # One lesson at a time otherwise: a transaction round all of them would keep learners from writing.
        with database_errors(), transaction.atomic() if dry_run else nullcontext():
            tracks = ensure_tree(read_syllabus())
            stored = Stored.fetch()
            outcomes, broken = self._load(wanted, {row.slug for row in rows}, stored, tracks, choice)
            if dry_run:
                transaction.set_rollback(True)
        gone = [] if lessons else withdrawn_lessons(stored, {row.slug for row in rows if row.is_written})
        for slug in gone:
            self.stdout.write(f"withdrawn  {slug}: it has a page and no lesson.md; unpublish it in the admin")
        self._sum_up(outcomes, broken, dry_run=dry_run)

    def _load(
        self, rows: list[Row], known: set[str], stored: Stored, tracks: dict[str, TrackPage], choice: Choice
    ) -> tuple[list[Outcome], int]:
        outcomes, broken = [], 0
        for row in rows:
            try:
                folder: LessonFolder = read_folder(row, known=known)
                outcome = load_lesson(folder, stored=stored, tracks=tracks, choice=choice)
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
        for name in outcome.merged:
            # The jail has graded neither side's exercise with the other's changes.
            first = "publish the draft, which verifies it; " if "/" in name else ""
            self.stdout.write(
                f"           {name}: the changes of both sides were merged; {first}an export writes them"
            )
        for name in outcome.kept:
            self.stdout.write(f"           {name} was edited in the admin since it was loaded")
        for line in outcome.diff:
            self.stdout.write(f"             {line}")
        if outcome.kept:
            self.stdout.write(
                f"           `manage.py export_lessons {outcome.slug}` writes it to the folder; "
                f"`manage.py load_lessons --take theirs {outcome.slug}` takes the folder"
            )
        for versions in outcome.conflicts:
            reason = outcome.refused.get(versions.name, "")
            self.stdout.write(f"           {versions.name} changed here and in the folder. {reason}".rstrip())
            for line in as_text(versions):
                self.stdout.write(f"             {line}")
        if outcome.conflicts:
            self.stdout.write(
                f"           Nothing was overwritten. `load_lessons --merge {outcome.slug}` takes both, "
                "`--take ours` what is here, `--take theirs` the folder"
            )
        for name in outcome.withdrawn:
            self.stdout.write(f"           {name} has no folder any more; its submissions are kept")

    def _sum_up(self, outcomes: list[Outcome], broken: int, *, dry_run: bool) -> None:
        counts = dict.fromkeys(("loaded", "unchanged", "kept", "merged", "conflict"), 0)
        for outcome in outcomes:
            counts[outcome.status] += 1
        more = "".join(
            f", {counts[status]} {words}"
            for status, words in (("merged", "merged"), ("conflict", "in conflict"))
            if counts[status]
        )
        self.stdout.write(
            "{loaded} loaded, {unchanged} unchanged, {kept} kept (edited)".format(**counts) + more
        )
        if dry_run:
            self.stdout.write("A dry run: nothing of this was done.")
        if broken:
            raise CommandError(f"{broken} with errors, not loaded.")
        if counts["conflict"]:
            raise CommandError(f"{counts['conflict']} in conflict, not loaded.", returncode=CONFLICT_CODE)
