"""detect-secrets over commits: what stands in the files, and what stands in the history."""

import difflib
import functools
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

from .models import Commit

SETTINGS_PY, DOTENV = "settings.py", ".env"
# Its settings are one object for the whole process.
_lock = threading.Lock()


@dataclass(frozen=True)
class Finding:
    file: str
    line: int  # from 1
    kind: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}"


@dataclass(frozen=True)
class Line:
    mark: str  # "+", "-" or " "
    text: str
    kinds: list[str]


def files_of(commit: Commit | None) -> dict[str, str]:
    return (
        {SETTINGS_PY: commit.settings_py, DOTENV: commit.dotenv} if commit else {SETTINGS_PY: "", DOTENV: ""}
    )


def scan(files: Mapping[str, str]) -> list[Finding]:
    """As `detect-secrets-hook` does with the files of a commit. It asks no network whether a key is alive."""
    return list(_scan(tuple(files.items())))


@functools.lru_cache(maxsize=200)  # every page shows the whole log
def _scan(files: tuple[tuple[str, str], ...]) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder, _lock, default_settings():
        found = SecretsCollection(root=folder)
        for name, text in files:
            (Path(folder) / name).write_text(text, encoding="utf-8")
            found.scan_file(name)
        return sorted(
            {Finding(name, secret.line_number, secret.type) for name, secret in found},
            key=lambda finding: (finding.file, finding.line, finding.kind),
        )


def introduced(before: Mapping[str, str], after: Mapping[str, str]) -> list[Finding]:
    """Of a commit's findings those that stand on lines which it adds."""
    return [
        finding
        for finding in scan(after)
        if finding.line in _added(before[finding.file], after[finding.file])
    ]


def diff(
    before: Mapping[str, str], after: Mapping[str, str], findings: list[Finding]
) -> dict[str, list[Line]]:
    """By file, the lines of a diff with what was found on them. Files without a change are not in it."""
    result: dict[str, list[Line]] = {}
    for name, text in after.items():
        lines, number = [], 0
        for raw in difflib.ndiff(before[name].splitlines(), text.splitlines()):
            mark, content = raw[0], raw[2:]
            if mark == "?":
                continue
            number += mark != "-"
            kinds = [f.kind for f in findings if mark == "+" and (f.file, f.line) == (name, number)]
            lines.append(Line(mark, content, kinds))
        if any(line.mark != " " for line in lines):
            result[name] = lines
    return result


def _added(before: str, after: str) -> set[int]:
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return {
        number + 1
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in ("replace", "insert")
        for number in range(start, end)
    }
