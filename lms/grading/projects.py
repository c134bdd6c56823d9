"""From an exercise and what a learner sent to a project that the jail can boot."""

from __future__ import annotations

from typing import Any

from content.models import Exercise
from sandbox.jail import InvalidProject, Project


def check_learner_files(exercise: Exercise, files: Any) -> dict[str, str]:
    """Return the files that the learner may send, or raise InvalidProject with a sentence for them."""
    if not isinstance(files, dict) or not files:
        raise InvalidProject("There are no files. Send at least one, as a mapping of path to text.")
    for path, text in files.items():
        if not isinstance(text, str):
            raise InvalidProject(f"{str(path)[:100]!r} is not text.")
    Project(files=files).validate()
    project_for(exercise, files).validate()
    return dict(files)


def project_for(exercise: Exercise, files: dict[str, str]) -> Project:
    """Return the learner's files laid over the exercise's own."""
    try:
        complete = exercise.project_files(files)
    except ValueError as error:
        raise InvalidProject(str(error)) from error
    return Project(files=complete, apps=tuple(exercise.apps), urls=exercise.urls, seed=exercise.seed)
