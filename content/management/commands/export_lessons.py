from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.commands import database_errors
from content.errors import ContentError
from content.lesson_format import check_canonical
from content.loading import short_diff
from content.models import LessonPage


class Command(BaseCommand):
    help = "Write lessons back from Wagtail to their lesson.md; only files that differ are touched."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "lessons", nargs="*", metavar="lesson", help="slugs of lessons (all published ones)"
        )
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 if a file would change"
        )
        parser.add_argument(
            "--draft", action="store_true", help="take the latest draft, not what is published"
        )

    def handle(self, *args: Any, lessons: list[str], check: bool, draft: bool, **options: Any) -> None:
        with database_errors():
            exports = [
                (page, page.folder / "lesson.md", page.export()) for page in self._pages(lessons, draft=draft)
            ]
        changed, broken = 0, 0
        for page, path, text in exports:
            try:
                check_canonical(text)
            except ContentError as error:
                broken += 1
                self.stderr.write(f"{page.slug} cannot be written: {error.at('export')}")
                continue
            old = path.read_bytes().decode(errors="replace") if path.exists() else ""
            if old == text:
                self.stdout.write(f"unchanged  {page.slug}")
                continue
            changed += 1
            self.stdout.write(f"{'differs' if check else 'written':<10} {page.slug}")
            for line in short_diff(old, text):
                self.stdout.write(f"             {line}")
            if not check:
                _replace(path, text)
        verb = "would change" if check else "written"
        self.stdout.write(f"{changed} {verb}, {len(exports) - changed - broken} unchanged")
        if broken or (check and changed):
            raise CommandError(
                f"{broken} cannot be written." if broken else "The files are not what the pages say."
            )

    def _pages(self, slugs: list[str], *, draft: bool) -> list[LessonPage]:
        pages = {page.slug: page for page in LessonPage.objects.order_by("path")}
        slugs = [slug.rstrip("/").rpartition("/")[2] for slug in slugs]
        unknown = [slug for slug in slugs if slug not in pages]
        if unknown:
            raise CommandError(f"No page for {', '.join(unknown)}. There are {', '.join(pages) or 'none'}.")
        chosen = [pages[slug] for slug in slugs] if slugs else list(pages.values())
        if draft:
            return [page.get_latest_revision_as_object() for page in chosen]
        hidden = [page.slug for page in chosen if slugs and not page.live]
        if hidden:
            raise CommandError(f"Not published: {', '.join(hidden)}; --draft writes the draft.")
        return [page for page in chosen if page.live]


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(text.encode())
    draft.replace(path)
