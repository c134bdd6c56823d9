"""The files that a build gets to see: those that .dockerignore leaves, and which of them a COPY names."""

import hashlib
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass

IGNORE_FILE = ".dockerignore"


def patterns(text: str) -> list[tuple[bool, str, re.Pattern[str]]]:
    """(is an exception, the line, what it matches), in the order of the file: the last that fits counts."""
    found = []
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        excepted = line.startswith("!")
        cleaned = posixpath.normpath(line.removeprefix("!").strip()).lstrip("/")
        if cleaned not in ("", "."):
            found.append((excepted, line, re.compile(_as_regex(cleaned))))
    return found


def _as_regex(pattern: str) -> str:
    """Go's filepath.Match, and ** for any number of folders."""
    out, at = "", 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            out, at = out + r"(?:.*/)?", at + 3
        elif pattern.startswith("**", at):
            out, at = out + ".*", at + 2
        elif pattern[at] == "*":
            out, at = out + "[^/]*", at + 1
        elif pattern[at] == "?":
            out, at = out + "[^/]", at + 1
        elif pattern[at] == "[" and "]" in pattern[at + 1 :]:
            end = pattern.index("]", at + 1)
            out, at = out + pattern[at : end + 1], end + 1
        else:
            out, at = out + re.escape(pattern[at]), at + 1
    return out


def _with_parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: number + 1]) for number in range(len(parts))]


def ignored_by(path: str, ignore: str) -> str:
    """The line that keeps the file out, or nothing."""
    verdict = ""
    for excepted, line, pattern in patterns(ignore):
        if any(pattern.fullmatch(each) for each in _with_parents(path)):
            verdict = "" if excepted else line
    return verdict


def visible(files: dict[str, str]) -> dict[str, str]:
    ignore = files.get(IGNORE_FILE, "")
    return {path: text for path, text in files.items() if not ignored_by(path, ignore)}


def checksum(text: str) -> str:
    """Of what is in the file. When it was written has no part in it."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Picked:
    path: str
    below: str  # where it lies below the source
    is_source: bool  # named itself, and not by a folder that it is in


def picked(source: str, files: Iterable[str]) -> list[Picked]:
    """Files that a source of a COPY names. A folder stands for what is in it, not for itself."""
    cleaned = posixpath.normpath("/" + source).lstrip("/")
    if cleaned == "":
        return [Picked(path, path, False) for path in files]
    pattern = re.compile(_as_regex(cleaned))
    found = []
    for path in files:
        for parent in _with_parents(path):
            if pattern.fullmatch(parent):
                below = path[len(parent) + 1 :]
                found.append(Picked(path, below or posixpath.basename(path), not below))
                break
    return found
