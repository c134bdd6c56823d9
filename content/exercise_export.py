"""An exercise to the files of its folder, in the canonical form; `exercise_format` reads them back."""

from __future__ import annotations

from content.exercise_format import with_removed, write_cases
from content.exercises import ExerciseDocument
from content.lesson_format.front_matter import scalar

_LISTS = ("editable", "hidden", "apps")
# The front matter's keys in their order.
KEYS = ("title", "kind", "points", "time_limit", *_LISTS, "urls", "entry", "seed")


def write_exercise(exercise: ExerciseDocument) -> dict[str, str]:
    """Return every file of the exercise's folder, relative POSIX path to text."""
    solution = with_removed(exercise.solution, exercise.solution_removed)
    parts = {
        "starter": exercise.starter,
        "solution": solution,
        "wrong": write_cases(exercise.wrong),
        "also_right": write_cases(exercise.also_right),
    }
    return {
        "exercise.md": write_text(exercise),
        "checks.py": exercise.checks,
        **{f"{part}/{path}": text for part, files in parts.items() for path, text in files.items()},
    }


def write_text(exercise: ExerciseDocument) -> str:
    """Return exercise.md: every key in its place, the task, and the hints where there are any."""
    lines = ["---"]
    for key in KEYS:
        value = getattr(exercise, key)
        if key in _LISTS:
            lines.append(f"{key}: [{', '.join(scalar(item, flow=True) for item in value)}]")
        elif isinstance(value, int):
            lines.append(f"{key}: {value}")
        else:
            lines.append(f"{key}: {scalar(value)}" if value else f'{key}: ""')
    lines += ["---", "", exercise.task]
    if exercise.hints:
        lines += ["", "## Hints"]
        lines += [f"\n### {hint['title']}\n\n{hint['body']}" for hint in exercise.hints]
    return "\n".join(lines) + "\n"
