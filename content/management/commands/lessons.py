from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.commands import database_errors, read_rows
from content.folders import BrokenFolder, LessonFolder, read_folder
from content.lesson_format import Quiz, Source, count_words
from content.models import LessonPage
from content.syllabus import Row

COUNTS = ("words", "sources", "missions", "exercises", "cases", "quiz")


class Command(BaseCommand):
    help = "List the roadmap's rows, and what the lesson of each consists of."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="a JSON list, an object for each row"
        )

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        rows = read_rows()
        known = {row.slug for row in rows}
        with database_errors():
            published = set(LessonPage.objects.live().values_list("slug", flat=True))
        broken = 0
        found: list[dict[str, Any]] = []
        for row in rows:
            try:
                counts = _counts(row, known)
            except BrokenFolder as error:
                broken += 1
                counts = dict.fromkeys(COUNTS, 0)
                self.stderr.write(str(error))
            found.append({"slug": row.slug, "track": row.track, "published": row.slug in published, **counts})
        self.stdout.write(json.dumps(found, indent=2) if as_json else _table(found))
        if broken:
            raise CommandError(f"{broken} with errors; their counts are 0.")


def _counts(row: Row, known: set[str]) -> dict[str, int]:
    if not row.is_written:
        return dict.fromkeys(COUNTS, 0)
    folder: LessonFolder = read_folder(row, known=known)
    return {
        "words": count_words(folder.lesson),
        "sources": len(folder.lesson.of_kind(Source)),
        "missions": len(folder.missions),
        "exercises": len(folder.exercises),
        "cases": sum(len(list(exercise.cases())) for exercise in folder.exercises),
        "quiz": sum(len(quiz.questions) for quiz in folder.lesson.of_kind(Quiz)),
    }


def _table(found: list[dict[str, Any]]) -> str:
    lines = [f"{'lesson':<22}{'track':<16}{'published':<11}" + "".join(f"{name:>10}" for name in COUNTS)]
    for row in found:
        state = "yes" if row["published"] else "no"
        counts = "".join(f"{row[name] or '':>10}" for name in COUNTS)
        lines.append(f"{row['slug']:<22}{row['track']:<16}{state:<11}{counts}".rstrip())
    return "\n".join(lines)
