"""Files as the things that are changed on their own: each key of a front matter, and each file's text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from content.exercise_export import KEYS as EXERCISE_KEYS
from content.lesson_format.front_matter import LESSON_READERS

# Two keys may stand on neighbouring lines and have nothing to do with each other.
_KEYS = {"lesson.md": tuple(LESSON_READERS), "exercise.md": EXERCISE_KEYS}
_FRONT = re.compile(r"---\n(?P<front>(?:[a-z_]+:.*\n(?:  .*\n)*)*)---\n")
_KEY = re.compile(r"(?P<key>[a-z_]+):.*\n(?:  .*\n)*")


def split_units(files: Mapping[str, str]) -> dict[str, str]:
    """Return the units of canonical files: `<path>` for a text, `<path>: <key>` for a key of front matter."""
    units: dict[str, str] = {}
    for path, text in files.items():
        match = _FRONT.match(text) if path in _KEYS else None
        if match is None:
            units[path] = text
            continue
        units |= {f"{path}: {found['key']}": found[0] for found in _KEY.finditer(match["front"])}
        units[path] = text[match.end() :]
    return units


def join_units(units: Mapping[str, str]) -> dict[str, str]:
    """Return the files whose units these are."""
    files = {path: text for path, text in units.items() if ": " not in path}
    for path, keys in _KEYS.items():
        front = "".join(units.get(f"{path}: {key}", "") for key in keys)
        if front:
            files[path] = f"---\n{front}---\n{files.get(path, '')}"
    return files
