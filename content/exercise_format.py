"""exercises/<slug>/: a folder of files to one value. The format stands in docs/architecture.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from content.errors import ContentError
from content.exercises import Case, ExerciseDocument, LearnerPathError, check_path
from content.lesson_format import front_matter
from content.lesson_format.lines import Line, check_markdown, fenced_lines, joined, numbered
from content.missions import public_methods
from content.xray_links import filters_in

KINDS = ("repair", "build")
REMOVED = "REMOVED"
_CAUGHT_BY = re.compile(r"caught by: (?P<check>test_\w+) — (?P<why>\S.*)$")
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\Z")


def read_exercise(folder: Path) -> ExerciseDocument:
    """Read the exercise that stands in `folder`. Raises ContentError with file and line."""
    try:
        return parse_exercise(read_files(folder), lesson=folder.parent.parent.name, slug=folder.name)
    except ContentError as error:
        raise error.at(folder / error.path) from error


def parse_exercise(files: Mapping[str, str], *, lesson: str, slug: str) -> ExerciseDocument:
    """Return the exercise of a folder's `files`, path to text.

    Raises ContentError with the path in the folder, and the line.
    """
    front, task, hints = _read_text(_text(files, "exercise.md").replace("\r\n", "\n"))
    starter = _below("starter/", files)
    if not starter:
        raise ContentError("There is no file to start with.", path="starter")
    solution, removed = without_removed(_below("solution/", files))
    exercise = ExerciseDocument(
        lesson=lesson,
        slug=front_matter.slug("folder", slug),
        task=task,
        hints=hints,
        starter=starter,
        solution=solution,
        solution_removed=removed,
        wrong=_cases_of("wrong/", files, wrong=True),
        also_right=_cases_of("also_right/", files, wrong=False),
        checks=_text(files, "checks.py"),
        **front,
    )
    for fault in find_faults(exercise):
        raise fault
    return exercise


def _text(files: Mapping[str, str], path: str) -> str:
    if path not in files:
        raise ContentError("This file is missing.", path=path)
    return files[path]


def _below(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    return {path.removeprefix(folder): text for path, text in files.items() if path.startswith(folder)}


def _cases_of(folder: str, files: Mapping[str, str], *, wrong: bool) -> dict[str, Case]:
    try:
        return read_cases(_below(folder, files), wrong=wrong)
    except ContentError as error:
        raise error.at(f"{folder}{error.path}") from error


def _path(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a path.")
    check_path(value.removesuffix("/"))
    return value


def _module(key: str, value: Any) -> str:
    if not isinstance(value, str) or not _MODULE.match(value):
        raise ValueError(f"{value!r} is not a dotted path.")
    return value


def _entry(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.startswith("/"):
        raise ValueError(f"this has to be a path that begins with /, not {value!r}.")
    return value


def _seed(key: str, value: Any) -> str:
    return "" if value in (None, "") else _module(key, value)


_READERS: dict[str, front_matter.Reader] = {
    "title": front_matter.text_line,
    "kind": front_matter.one_of(*KINDS),
    "points": front_matter.positive,
    "time_limit": front_matter.positive,
    "editable": front_matter.list_of(_path),
    "hidden": front_matter.list_of(_path),
    "apps": front_matter.list_of(_module),
    "urls": _module,
    "entry": _entry,
    "seed": _seed,
}
_OPTIONAL = {"time_limit": 10, "hidden": (), "entry": "/", "seed": ""}


def _read_text(text: str) -> tuple[dict[str, Any], str, tuple[dict[str, str], ...]]:
    """Return front matter, task and hints of an exercise.md."""
    try:
        return _read_parts(text)
    except ContentError as error:
        raise error.at("exercise.md") from error


def _read_parts(text: str) -> tuple[dict[str, Any], str, tuple[dict[str, str], ...]]:
    yaml_text, first, body, body_first = front_matter.split(text)
    front = front_matter.read(yaml_text, _READERS, optional=_OPTIONAL, first=first)
    if not front["editable"]:
        raise ContentError("editable: name at least one path that the learner may change.", line=first)
    lines = list(fenced_lines(numbered(body, first=body_first)))
    for line in lines:
        if not line.in_fence and any(filters_in(line.text)):
            raise ContentError("Links with xray: are for lessons, whose demo they filter.", line=line.number)
    start = next(
        (at for at, line in enumerate(lines) if not line.in_fence and line.text.strip() == "## Hints"),
        len(lines),
    )
    task = [(line.number, line.text) for line in lines[:start]]
    return front, _checked(task, body_first, "The exercise has no task."), read_hints(lines[start + 1 :])


def read_hints(lines: list[Line]) -> tuple[dict[str, str], ...]:
    """Return the hints, {title, body} each, of what stands below `## Hints`."""
    hints: list[tuple[int, str, list[tuple[int, str]]]] = []
    for line in lines:
        if not line.in_fence and line.text.startswith("### "):
            hints.append((line.number, line.text[4:].strip(), []))
        elif hints:
            hints[-1][2].append((line.number, line.text))
        elif line.text.strip():
            raise ContentError("Each hint begins with ### and what it is about.", line=line.number)
    return tuple(
        {"title": title, "body": _checked(body, number, f"The hint {title!r} says nothing.")}
        for number, title, body in hints
    )


def _checked(lines: list[tuple[int, str]], number: int, complaint: str) -> str:
    text = joined(lines)
    if not text:
        raise ContentError(complaint, line=number)
    check_markdown(joined(lines), first=number)
    return text


def read_cases(files: dict[str, str], *, wrong: bool) -> dict[str, Case]:
    """Return the cases that `files` make, by name; their paths are `<case>/<path>`. Raises ContentError."""
    folders: dict[str, dict[str, str]] = {}
    for path, text in files.items():
        name, slash, rest = path.partition("/")
        if not slash:
            raise ContentError("This file is in no case's folder.", path=path)
        folders.setdefault(name, {})[rest] = text
    return {name: _read_case(name, files, wrong=wrong) for name, files in folders.items()}


def without_removed(files: dict[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the files without REMOVED, and the paths that it names."""
    return {path: text for path, text in files.items() if path != REMOVED}, tuple(
        files.get(REMOVED, "").split()
    )


def with_removed(files: dict[str, str], removed: Iterable[str]) -> dict[str, str]:
    """Return the files with a REMOVED that names `removed`, unless there is nothing to name."""
    text = "".join(f"{path}\n" for path in removed)
    return {REMOVED: text, **files} if text else dict(files)


def _read_case(name: str, files: dict[str, str], *, wrong: bool) -> Case:
    changed, removed = without_removed(files)
    first = changed.pop("CASE", "").split("\n")[0].strip()
    if not changed and not removed:
        raise ContentError("The case changes nothing.", path=name)
    if not wrong:
        return Case(files=changed, removed=removed, why=first)
    match = _CAUGHT_BY.match(first)
    if not match:
        raise ContentError(
            "The first line has to be `caught by: test_name — what people get wrong`.",
            path=f"{name}/CASE",
            line=1,
        )
    return Case(files=changed, removed=removed, caught_by=match["check"], why=match["why"])


def write_cases(cases: dict[str, Case]) -> dict[str, str]:
    """Return the files that `read_cases` makes the same cases of."""
    files = {}
    for name, case in cases.items():
        first = f"caught by: {case.caught_by} — {case.why}" if case.caught_by else case.why
        if first:
            files[f"{name}/CASE"] = f"{first}\n"
        files |= {f"{name}/{path}": text for path, text in with_removed(case.files, case.removed).items()}
    return files


def read_files(folder: Path) -> dict[str, str]:
    """Return the text files below `folder` by their relative POSIX path; none where it does not exist."""
    return {
        path.relative_to(folder).as_posix(): _file_text(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _file_text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise ContentError(f"This file is not UTF-8, from byte {error.start} on.", path=path) from error


def find_faults(exercise: ExerciseDocument) -> Iterator[ContentError]:
    """Hold the parts of an exercise against each other; `path` of a fault is in the exercise's folder."""
    for path in exercise.hidden:
        if not any(
            name == path or (path.endswith("/") and name.startswith(path)) for name in exercise.starter
        ):
            yield ContentError(f"hidden: {path!r} is not in starter/.", path="exercise.md")
        # Inside an editable directory, hidden wins; the same path twice is a slip.
        if path in exercise.editable:
            yield ContentError(f"{path!r} is hidden and editable at once.", path="exercise.md")
    try:
        names = [name for name in public_methods(exercise.checks, "Checks") if name.startswith("test_")]
    except SyntaxError as error:
        yield ContentError(f"{error.msg}.", line=error.lineno or 0, path="checks.py")
        return
    if not names:
        yield ContentError("There is no class Checks with a method test_….", path="checks.py")
    for kind, name in exercise.cases():
        folder = f"{kind}/{name}".rstrip("/")
        try:
            exercise.case_files(kind, name)
        except LearnerPathError as error:
            yield ContentError(str(error), path=folder)
        if kind == "wrong" and exercise.wrong[name].caught_by not in names:
            yield ContentError(
                f"checks.py has no {exercise.wrong[name].caught_by}.", path=f"{folder}/CASE", line=1
            )
