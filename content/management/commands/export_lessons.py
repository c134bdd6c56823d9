from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.commands import CONFLICT_CODE, database_errors
from content.differences import as_text
from content.errors import ContentError
from content.exporting import Exported, export_lesson
from content.models import LessonPage
from content.versions import Stored


class Command(BaseCommand):
    help = (
        "Write lessons and exercises back from Wagtail to their folders; only files that differ are touched. "
        "What has changed in the folder since it was loaded is not overwritten. "
        f"Exit code 1: something is wrong, or --check found a difference; {CONFLICT_CODE}: a conflict."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "lessons", nargs="*", metavar="lesson", help="slugs of lessons (all published ones)"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing, and say what would be written"
        )
        parser.add_argument(
            "--check", action="store_true", help="--dry-run, and exit 1 if a file would change"
        )
        parser.add_argument(
            "--draft", action="store_true", help="take the latest draft, not what is published"
        )

    def handle(
        self, *args: Any, lessons: list[str], check: bool, dry_run: bool, draft: bool, **options: Any
    ) -> None:
        write = not (check or dry_run)
        with database_errors():
            stored = Stored.fetch()
            outcomes = [
                self._export(page, stored, write=write, draft=draft)
                for page in self._pages(lessons, stored, draft=draft)
            ]
        changed = sum(bool(outcome.written) for outcome in outcomes)
        broken = sum(bool(outcome.broken) for outcome in outcomes)
        conflicts = sum(bool(outcome.conflicts) for outcome in outcomes)
        verb = "written" if write else "would change"
        self.stdout.write(
            f"{changed} {verb}, {sum(_is_unchanged(outcome) for outcome in outcomes)} unchanged"
            + (f", {conflicts} in conflict" if conflicts else "")
        )
        if broken:
            raise CommandError(f"{broken} cannot be written.")
        if conflicts:
            raise CommandError("What changed on both sides was not written.", returncode=CONFLICT_CODE)
        if check and changed:
            raise CommandError("The files are not what the pages say.")

    def _export(self, page: LessonPage, stored: Stored, *, write: bool, draft: bool) -> Exported:
        try:
            outcome = export_lesson(page, stored, write=write, draft=draft)
        except ContentError as error:
            outcome = Exported(page.slug, broken={page.slug: str(error)})
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        for name, reason in outcome.broken.items():
            self.stderr.write(f"{name} cannot be written: {reason}")
        word = "written" if write else "differs"
        for name in outcome.written:
            self.stdout.write(f"{word:<10} {name}")
        for line in outcome.diff:
            self.stdout.write(f"             {line}")
        for name in outcome.behind:
            self.stdout.write(f"behind     {name}: the folder is newer; `manage.py load_lessons` loads it")
        for name in outcome.withdrawn:
            self.stdout.write(f"withdrawn  {name}: its folder was removed; its submissions are kept")
        for versions in outcome.conflicts:
            self.stdout.write(f"conflict   {versions.name} changed here and in the folder")
            for line in as_text(versions):
                self.stdout.write(f"             {line}")
            self.stdout.write(
                f"           `manage.py load_lessons --merge {page.slug}`, or `--take ours`, comes first"
            )
        if _is_unchanged(outcome):
            self.stdout.write(f"unchanged  {page.slug}")
        return outcome

    def _pages(self, slugs: list[str], stored: Stored, *, draft: bool) -> list[LessonPage]:
        pages = stored.pages
        slugs = [slug.rstrip("/").rpartition("/")[2] for slug in slugs]
        unknown = [slug for slug in slugs if slug not in pages]
        if unknown:
            raise CommandError(f"No page for {', '.join(unknown)}. There are {', '.join(pages) or 'none'}.")
        chosen = [pages[slug] for slug in slugs] if slugs else list(pages.values())
        hidden = [page.slug for page in chosen if slugs and not page.live]
        if hidden and not draft:
            raise CommandError(f"Not published: {', '.join(hidden)}; --draft writes the draft.")
        return [page for page in chosen if draft or page.live]


def _is_unchanged(outcome: Exported) -> bool:
    return not (outcome.written or outcome.behind or outcome.conflicts or outcome.withdrawn or outcome.broken)
