"""The front matter of lesson.md and exercise.md: YAML with known keys in a known order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import yaml

from content.errors import ContentError
from content.lesson_format.document import LEVELS, FrontMatter
from content.lesson_format.lines import refuse_control_characters

Reader = Callable[[str, Any], Any]

SLUG = re.compile(r"[a-z][a-z0-9_]*\Z")
_MARK = "---"


def split(text: str) -> tuple[str, int, str, int]:
    """Split a file into its front matter and its body.

    Return the YAML, the number of its first line, the body, and the number of the body's first line.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != _MARK:
        raise ContentError("The file has to begin with its front matter, between two lines of ---.", line=1)
    for position, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _MARK:
            return "\n".join(lines[1:position]), 2, "\n".join(lines[position + 1 :]), position + 2
    raise ContentError("The front matter is never closed by a line of ---.", line=1)


def read(
    text: str, readers: Mapping[str, Reader], *, optional: Mapping[str, Any], first: int = 2
) -> dict[str, Any]:
    """Return the values of `text`, each as its reader gives it back.

    A reader raises ValueError with a sentence without the key's name. A key of `optional` that is missing
    has the value given there; any other that is missing, and any that has no reader, is a ContentError.
    """
    found: dict[str, Any] = {}
    for key, value, line in _pairs(text, first):
        if key not in readers:
            raise ContentError(f"Unknown key {key!r}; known are {', '.join(readers)}.", line=line)
        if key in found:
            raise ContentError(f"The key {key!r} stands here for the second time.", line=line)
        try:
            found[key] = readers[key](key, value)
        except ValueError as error:
            raise ContentError(f"{key}: {error}", line=line) from error
    missing = [key for key in readers if key not in found and key not in optional]
    if missing:
        raise ContentError(f"The front matter lacks {', '.join(missing)}.", line=first - 1)
    return {key: found.get(key, optional.get(key)) for key in readers}


def _pairs(text: str, first: int) -> list[tuple[str, Any, int]]:
    refuse_control_characters(text, first=first)
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return []
        if not isinstance(node, yaml.MappingNode):
            raise ContentError("The front matter has to be lines of `key: value`.", line=first)
        return [
            (str(key.value), loader.construct_object(value, deep=True), first + key.start_mark.line)
            for key, value in node.value
        ]
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, ContentError):
            raise
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise ContentError(
            f"This is not YAML: {problem}.", line=first + (mark.line if mark else 0)
        ) from error
    finally:
        loader.dispose()


def text_line(key: str, value: Any) -> str:
    """Read text of one line, with something in it."""
    if not isinstance(value, str):
        raise ValueError(f"this has to be text; write it in quotes: {value!r}.")
    if not value.strip() or value != value.strip():
        raise ValueError("this has to be text without spaces around it.")
    if len(value.splitlines()) > 1:
        raise ValueError("this has to be a single line.")
    return value


def possibly_empty_line(key: str, value: Any) -> str:
    return "" if value in (None, "") else text_line(key, value)


def positive(key: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10_000:
        raise ValueError(f"this has to be a whole number above 0, not {value!r}.")
    return value


def one_of(*choices: str) -> Reader:
    def read_choice(key: str, value: Any) -> str:
        if value not in choices:
            raise ValueError(f"this has to be one of {', '.join(choices)}, not {value!r}.")
        return value

    return read_choice


def list_of(reader: Reader) -> Reader:
    def read_list(key: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(f"this has to be a list, not {value!r}.")
        return tuple(reader(key, item) for item in value)

    return read_list


def slug(key: str, value: Any) -> str:
    if not isinstance(value, str) or not SLUG.match(value):
        raise ValueError(f"{value!r} is not a slug: small letters, digits and underscores, a letter first.")
    return value


LESSON_READERS: dict[str, Reader] = {
    "title": text_line,
    "feature": text_line,
    "why": text_line,
    "minutes": positive,
    "level": one_of(*LEVELS),
    "needs": list_of(slug),
    "objectives": list_of(text_line),
    "packages": list_of(text_line),
}


def read_lesson(text: str, *, first: int = 2) -> FrontMatter:
    return FrontMatter(**read(text, LESSON_READERS, optional={}, first=first))


def write_lesson(front: FrontMatter) -> str:
    """Return the front matter in its canonical form, between its two lines."""
    lines = [_MARK]
    for key, value in asdict(front).items():
        if isinstance(value, tuple):
            # Slugs and packages are short and stand on a line; objectives are sentences.
            lines += _sentences(key, value) if key == "objectives" else [f"{key}: [{_flow(value)}]"]
        else:
            lines.append(f"{key}: {value if isinstance(value, int) else scalar(value)}")
    return "\n".join([*lines, _MARK]) + "\n"


def _sentences(key: str, values: tuple[str, ...]) -> list[str]:
    return [f"{key}:", *(f"  - {scalar(value)}" for value in values)] if values else [f"{key}: []"]


def _flow(values: tuple[str, ...]) -> str:
    return ", ".join(scalar(value, flow=True) for value in values)


def scalar(value: str, *, flow: bool = False) -> str:
    """Return text as YAML: plain where YAML reads the same text back, else in double quotes."""
    plain = f"[{value}]" if flow else f"- {value}"
    try:
        # A plain scalar has to read the same as a list's item and as a key's value.
        if yaml.safe_load(plain) == [value] and (flow or yaml.safe_load(f"key: {value}") == {"key": value}):
            return value
    except (yaml.YAMLError, ValueError):
        pass  # Not readable without quotes: that is the question asked.
    quoted = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=1_000_000_000)
    return quoted.removesuffix("\n")
