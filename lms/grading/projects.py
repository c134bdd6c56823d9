"""From an exercise and what a learner sent to a project that the jail can boot."""

from __future__ import annotations

from typing import Any

from content.exercises import ExerciseFiles, LearnerPathError
from sandbox.jail import InvalidProject as InvalidProject
from sandbox.jail import Project

# What a learner hands in: path to text, or to None for a file of the starter that they removed.
LearnerFiles = dict[str, str | None]


def check_learner_files(exercise: ExerciseFiles, files: Any) -> LearnerFiles:
    """Return the files that the learner may send, or raise InvalidProject with a sentence for them."""
    if not isinstance(files, dict) or not files:
        raise InvalidProject("There are no files. Send at least one, as a mapping of path to text.")
    for path, text in files.items():
        if text is not None and not isinstance(text, str):
            raise InvalidProject(f"{str(path)[:100]!r} is not text.")
        if text and "\0" in text:
            # PostgreSQL stores no NUL in text, and no Python file may hold one.
            raise InvalidProject(f"{str(path)[:100]!r} has a NUL character in it.")
    Project(files={path: text or "" for path, text in files.items()}).validate()
    complete_project(exercise, files).validate()
    return dict(files)


def complete_project(exercise: ExerciseFiles, files: LearnerFiles) -> Project:
    """Return the learner's files laid over the exercise's own, without those that they removed."""
    written = {path: text for path, text in files.items() if text is not None}
    removed = [path for path, text in files.items() if text is None]
    try:
        complete = exercise.project_files(written, removed=removed)
    except LearnerPathError as error:
        raise InvalidProject(str(error)) from error
    return project_of(exercise, complete)


def project_of(exercise: ExerciseFiles, files: dict[str, str]) -> Project:
    """Return whole project files (a case's, say) as the jail takes them."""
    editable = tuple(exercise.editable)
    return Project(
        files=files, apps=tuple(exercise.apps), urls=exercise.urls, seed=exercise.seed, editable=editable
    )
