"""Exercises as their folders have them, for authors and tests: no database is needed."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from content.exercise_format import read_exercise
from content.exercises import ExerciseDocument


def find_exercises(name: str = "", *, root: Path | None = None) -> list[ExerciseDocument]:
    """Return the exercises that `name` means: `lesson`, `lesson/exercise`, `track/lesson/exercise`, or all.

    Raises LookupError where there is none, ContentError where one breaks the format.
    """
    wanted = name.strip("/").split("/") if name.strip("/") else []
    folders = [
        folder
        for folder in sorted((root or Path(settings.LESSONS_DIR)).glob("*/*/exercises/*"))
        if folder.is_dir() and _means(wanted, folder)
    ]
    if wanted and not folders:
        raise LookupError(
            f"There is no exercise {name!r} in lessons/. `manage.py lessons` lists what there is."
        )
    return [read_exercise(folder) for folder in folders]


def _means(wanted: list[str], folder: Path) -> bool:
    exercise, lesson, track = folder.name, folder.parent.parent.name, folder.parent.parent.parent.name
    full = [track, lesson, exercise]
    return not wanted or wanted in (full[1:2], full[1:], full[:2], full)
