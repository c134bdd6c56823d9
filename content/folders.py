"""A lesson's folder, read and held against itself."""

from __future__ import annotations

from dataclasses import dataclass

from content.errors import ContentError
from content.exercise_format import read_exercise
from content.exercises import ExerciseDocument
from content.lesson_format import Lesson, check_canonical
from content.missions import Mission, read_missions
from content.references import find_problems
from content.syllabus import Row


class BrokenFolder(Exception):
    """A folder that cannot be loaded. `errors` names each fault with file and line."""

    def __init__(self, errors: list[ContentError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


@dataclass(frozen=True)
class LessonFolder:
    row: Row
    text: str
    lesson: Lesson
    exercises: tuple[ExerciseDocument, ...]
    missions: tuple[Mission, ...]


def read_folder(row: Row, *, known: set[str]) -> LessonFolder:
    """Read a written lesson, its exercises and its missions; `known` are the slugs of all lessons.

    Raises BrokenFolder with every fault found: the format's, and names of things that are not there.
    """
    errors: list[ContentError] = []
    exercises = _read_exercises(row, errors)
    missions: tuple[Mission, ...] = ()
    try:
        missions = read_missions(row.folder)
    except ContentError as error:
        errors.append(error)
    path = row.folder / "lesson.md"
    try:
        text = path.read_bytes().decode()
        lesson = check_canonical(text)
    except UnicodeDecodeError as error:
        raise BrokenFolder(
            [*errors, ContentError(f"Not UTF-8 from byte {error.start} on.", path=path)]
        ) from error
    except ContentError as error:
        raise BrokenFolder([*errors, error.at(path)]) from error
    for slug in lesson.front.needs:
        if slug not in known or slug == row.slug:
            errors.append(
                ContentError(f"needs: the roadmap has no other lesson {slug!r}.", path=path, line=1)
            )
    # Slugs of folders, not of what could be read: a broken exercise is one fault, not two.
    slugs = {folder.name for folder in row.folder.glob("exercises/*/")}
    for problem in find_problems(lesson.blocks, row.folder, slugs):
        errors.append(ContentError(problem.message, path=path, line=lesson.blocks[problem.index].line))
    if errors:
        raise BrokenFolder(errors)
    return LessonFolder(row, text, lesson, exercises, missions)


def _read_exercises(row: Row, errors: list[ContentError]) -> tuple[ExerciseDocument, ...]:
    found = []
    for folder in sorted((row.folder / "exercises").glob("*/")):
        if folder.name.startswith(("_", ".")):
            continue
        try:
            found.append(read_exercise(folder))
        except ContentError as error:
            errors.append(error if error.path else error.at(folder))
    return tuple(found)
