"""An exercise in a folder: the files as they came, what was changed since, and which exercise it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .http import CliError

MARK = ".django-mastery.json"
_SKIP = {MARK, "TASK.md"}
_NOT_SOURCE = {"__pycache__", ".git", ".venv", "venv", "node_modules", ".idea", ".vscode"}


@dataclass(frozen=True)
class Work:
    """`starter` is path to text, as the site gave it; `editable` are paths, a directory with / at its end."""

    folder: Path
    exercise: str
    starter: dict[str, str]
    editable: tuple[str, ...]

    def files(self) -> dict[str, str]:
        """Return every file of the folder, by its path with /. Raises CliError for one that is no text."""
        found = {}
        for file in sorted(self.folder.rglob("*")):
            path = file.relative_to(self.folder)
            if not file.is_file() or file.is_symlink() or _NOT_SOURCE & set(path.parts):
                continue
            if path.name in _SKIP or path.suffix in (".pyc", ".sqlite3"):
                continue
            try:
                # Not read_text(): the bytes count, whatever line ends they have.
                found[path.as_posix()] = file.read_bytes().decode()
            except UnicodeDecodeError as error:
                raise CliError(
                    f"{path.as_posix()} is not UTF-8 text. Move it out of {self.folder}."
                ) from error
        return found

    def changes(self) -> dict[str, str | None]:
        """Return what differs from the starter; None for a file that is gone."""
        now = self.files()
        changed: dict[str, str | None] = {
            path: text for path, text in now.items() if self.starter.get(path) != text
        }
        return {**changed, **{path: None for path in self.starter if path not in now}}

    def is_editable(self, path: str) -> bool:
        return any(
            path == pattern or (pattern.endswith("/") and path.startswith(pattern))
            for pattern in self.editable
        )

    def complaints(self) -> list[str]:
        """Return what the site would refuse, or Python would stumble over, a line each."""
        found = []
        for path, text in self.changes().items():
            if not self.is_editable(path):
                known = path in self.starter
                why = "is not yours to change; `get --force` brings it back" if known else "has no place here"
                found.append(f"{path}: this file {why}")
            elif text is not None and path.endswith(".py"):
                try:
                    compile(text, path, "exec", dont_inherit=True)
                except (SyntaxError, ValueError) as error:
                    line = getattr(error, "lineno", None) or 1
                    found.append(f"{path}:{line}: {getattr(error, 'msg', error)}")
        return found


def create(folder: Path, exercise: dict[str, Any], draft: dict[str, str | None], *, force: bool) -> Work:
    """Write an exercise into `folder`, the draft laid over the starter; never over somebody's changes."""
    work = Work(folder, exercise["name"], exercise["starter"], tuple(exercise["editable"]))
    files = {**work.starter, **draft}
    if folder.exists() and not force:
        taken = [path for path, text in work.files().items() if path in files and files[path] != text]
        if taken:
            raise CliError(
                f"{folder} has changes of yours in {', '.join(sorted(taken)[:3])}. --force throws them away."
            )
    for path, text in files.items():
        file = folder / path
        # The site is asked, not trusted: nothing it says may lead out of the folder.
        if not file.resolve().is_relative_to(folder.resolve()):
            raise CliError(f"The site sent a file that would lie outside of {folder}: {path!r}")
        if text is None:
            file.unlink(missing_ok=True)
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    hints = "\n".join(f"### {hint['title']}\n\n{hint['body']}\n" for hint in exercise["hints"])
    (folder / "TASK.md").write_text(f"# {exercise['title']}\n\n{exercise['task']}\n\n## Hints\n\n{hints}")
    mark = {"exercise": work.exercise, "starter": work.starter, "editable": list(work.editable)}
    (folder / MARK).write_text(json.dumps(mark, indent=1))
    return work


def find(start: Path) -> Work:
    """Return the exercise whose folder this is, or is inside of. Raises CliError."""
    for folder in (start.resolve(), *start.resolve().parents):
        try:
            mark = json.loads((folder / MARK).read_text())
            return Work(folder, mark["exercise"], mark["starter"], tuple(mark["editable"]))
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError) as error:
            raise CliError(f"{folder / MARK} is damaged. Get the exercise again.") from error
    raise CliError(f"{start} is not an exercise's folder. Begin with: get LESSON/EXERCISE")
