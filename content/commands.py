"""What the commands have in common: lessons by name, and errors as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError

from content.errors import ContentError
from content.syllabus import Row, rows

# What a command ends with when both sides have changed and nobody has decided.
CONFLICT_CODE = 2


def read_rows() -> tuple[Row, ...]:
    """Return the roadmap's rows, or end the command with what is wrong with a track.toml."""
    try:
        return rows()
    except ContentError as error:
        raise CommandError(str(error)) from error


def chosen_rows(known: tuple[Row, ...], names: list[str]) -> list[Row]:
    """Return the written rows that `names` asks for; all of them for no names."""
    if not names:
        return [row for row in known if row.is_written]
    by_slug = {row.slug: row for row in known}
    # `<track>/<lesson>` is what a shell completes.
    slugs = [name.rstrip("/").rpartition("/")[2] for name in names]
    unknown = [slug for slug in slugs if slug not in by_slug]
    if unknown:
        raise CommandError(f"No lesson {', '.join(unknown)}. Known are {', '.join(by_slug)}.")
    unwritten = [slug for slug in slugs if not by_slug[slug].is_written]
    if unwritten:
        raise CommandError(f"Not written yet: {', '.join(unwritten)} has no lesson.md.")
    return [by_slug[slug] for slug in dict.fromkeys(slugs)]


@contextmanager
def database_errors() -> Iterator[None]:
    """End the command with one line where the database cannot be used."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        raise CommandError(
            f"The database cannot be used ({error}). Has `manage.py migrate` been run?"
        ) from error
