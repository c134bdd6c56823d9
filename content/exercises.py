"""An exercise as plain values, and which project a learner's files make of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


class LearnerPathError(ValueError):
    """A path that cannot be part of a learner's project. The message is for the learner."""


class NotEditable(LearnerPathError):
    """The exercise lets nobody change this path."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Files laid over the starter, and paths taken away from it. `caught_by` is a check's name."""

    files: dict[str, str]
    removed: tuple[str, ...] = ()
    caught_by: str = ""
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "removed": list(self.removed)}


class ExerciseFiles:
    """What follows from an exercise's fields, for the document and the database row alike."""

    lesson: str
    slug: str
    apps: Any
    urls: str
    entry: str
    seed: str
    time_limit: int
    editable: Any
    hidden: Any
    starter: Any
    solution: Any
    solution_removed: Any
    checks: str

    @property
    def name(self) -> str:
        """`<lesson>/<exercise>`, the exercise's name in the whole course."""
        return f"{self.lesson}/{self.slug}"

    def wrong_cases(self) -> dict[str, Case]:
        raise NotImplementedError

    def also_right_cases(self) -> dict[str, Case]:
        raise NotImplementedError

    def starter_files(self) -> dict[str, str]:
        """Return the whole project that the learner begins with, hidden files included."""
        return dict(self.starter)

    def visible_files(self) -> dict[str, str]:
        """Return the starter's files that the learner sees, editable or not."""
        return {path: text for path, text in self.starter.items() if not is_editable(path, self.hidden)}

    def is_editable(self, path: str) -> bool:
        return is_editable(path, self.editable) and not is_editable(path, self.hidden)

    def project_files(
        self, learner_files: Mapping[str, str], *, removed: Iterable[str] = ()
    ) -> dict[str, str]:
        """Return the whole project: the starter with the learner's files laid over it, without `removed`.

        A visible file that may not be changed may come along unchanged. Raises NotEditable for any other
        path outside `editable`, and LearnerPathError for one that is no plain relative path.
        """
        project = self.starter_files()
        for path, text in learner_files.items():
            check_path(path)
            if self.is_editable(path):
                project[path] = text
            elif is_editable(path, self.hidden) or project.get(path) != text:
                raise NotEditable(f"{path} cannot be changed in this exercise.")
        for path in removed:
            check_path(path)
            if not self.is_editable(path):
                raise NotEditable(f"{path} cannot be removed in this exercise.")
            project.pop(path, None)
        return project

    def cases(self) -> Iterator[tuple[str, str]]:
        """Yield (kind, name) of all that is graded to prove the exercise: see `case_files`."""
        yield "starter", ""
        yield "solution", ""
        yield from (("also_right", name) for name in self.also_right_cases())
        yield from (("wrong", name) for name in self.wrong_cases())

    def case_files(self, kind: str, name: str = "") -> dict[str, str]:
        """Return the whole project of a case: `starter`, `solution`, or `wrong` / `also_right` with a name.

        Raises KeyError for a case that there is not, NotEditable for one that no learner could hand in.
        """
        if kind == "starter":
            return self.starter_files()
        if kind == "solution":
            return self.project_files(self.solution, removed=self.solution_removed)
        case = {"wrong": self.wrong_cases, "also_right": self.also_right_cases}[kind]()[name]
        return self.project_files(case.files, removed=case.removed)

    def grading_digest(self) -> str:
        """Return the SHA-256, in hex, of everything that a grade depends on."""
        return digest_of(
            {
                "starter": dict(self.starter),
                "checks": self.checks,
                "editable": list(self.editable),
                "hidden": list(self.hidden),
                "apps": list(self.apps),
                "urls": self.urls,
                "seed": self.seed,
                "time_limit": self.time_limit,
            }
        )

    def verification_digest(self) -> str:
        """Return the SHA-256, in hex, of everything that the grades of its own cases depend on."""
        return digest_of(
            {
                "grading": self.grading_digest(),
                "solution": [dict(self.solution), list(self.solution_removed)],
                "wrong": {name: case.to_json() for name, case in self.wrong_cases().items()},
                "also_right": {name: case.to_json() for name, case in self.also_right_cases().items()},
            }
        )


@dataclass(frozen=True, kw_only=True)
class ExerciseDocument(ExerciseFiles):
    """An exercise as its folder has it. Mappings are of relative POSIX paths to text."""

    lesson: str
    slug: str
    title: str
    kind: str
    points: int
    time_limit: int
    editable: tuple[str, ...]
    hidden: tuple[str, ...]
    apps: tuple[str, ...]
    urls: str
    entry: str
    seed: str
    task: str
    hints: tuple[dict[str, str], ...]
    starter: dict[str, str]
    solution: dict[str, str]
    solution_removed: tuple[str, ...] = ()
    wrong: dict[str, Case] = field(default_factory=dict)
    also_right: dict[str, Case] = field(default_factory=dict)
    checks: str

    def wrong_cases(self) -> dict[str, Case]:
        return self.wrong

    def also_right_cases(self) -> dict[str, Case]:
        return self.also_right

    def fields(self) -> dict[str, Any]:
        """Return the values of the database row's fields, as JSON has them."""
        return json.loads(json.dumps(asdict(self)))

    def digest(self) -> str:
        """Return the SHA-256, in hex, of all that the folder says."""
        return digest_of(self.fields())


def digest_of(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_editable(path: str, patterns: Iterable[str]) -> bool:
    """Return whether one of `patterns` is `path`, or a directory, ending with /, above it."""
    return any(
        path == pattern or (pattern.endswith("/") and path.startswith(pattern)) for pattern in patterns
    )


def check_path(path: str) -> None:
    """Raise LearnerPathError unless `path` is a plain relative POSIX path."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in path or not path.isprintable():
        raise LearnerPathError(f"{path[:100]!r} is not a path inside the project.")
