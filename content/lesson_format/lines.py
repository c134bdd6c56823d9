"""Lines of Markdown, and which of them stand inside a fenced code block."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from content.errors import ContentError
from content.xray_links import BadFilterError, check_filter, filters_in

_FENCE = re.compile(r"[ >]*(?P<fence>`{3,}|~{3,})(?P<info>.*)$")


@dataclass(frozen=True)
class Line:
    number: int
    text: str
    in_fence: bool


def numbered(text: str, *, first: int = 1) -> list[tuple[int, str]]:
    return list(enumerate(text.split("\n"), start=first))


def fenced_lines(lines: list[tuple[int, str]]) -> Iterator[Line]:
    """Mark each line that belongs to a fenced code block, its two fences included.

    A fence ends with the very characters that it began with, as the renderer reads it. Raises
    ContentError, at the line of the opening fence, where one is never closed.
    """
    fence, opened = "", 0
    for number, text in lines:
        match = _FENCE.match(text)
        if fence:
            yield Line(number, text, True)
            if match and match["fence"] == fence and not match["info"].strip():
                fence = ""
        elif match and not ("`" in match["fence"] and "`" in match["info"]):
            fence, opened = match["fence"], number
            yield Line(number, text, True)
        else:
            yield Line(number, text, False)
    if fence:
        raise ContentError(f"The code block that begins here with {fence} is never closed.", line=opened)


def without_blank_ends(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the lines without the blank ones before the first and after the last that says something."""
    filled = [position for position, (_, text) in enumerate(lines) if text.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def joined(lines: list[tuple[int, str]]) -> str:
    """Return the text of the lines, without blank lines at either end."""
    return "\n".join(text for _, text in without_blank_ends(lines))


def tidy(text: str) -> str:
    """Return Markdown from a form as a file would hold it: line feeds, no blank lines at its ends."""
    return joined(numbered(text.replace("\r\n", "\n").replace("\r", "\n")))


def refuse_control_characters(text: str, *, first: int = 1) -> None:
    for number, line in numbered(text, first=first):
        for character in line:
            if unicodedata.category(character) in ("Cc", "Cs") and character != "\t":
                raise ContentError(
                    f"A control character, U+{ord(character):04X}, has no place here.", line=number
                )


def check_markdown(text: str, *, first: int = 1, headings: bool = True) -> None:
    """Raise ContentError where Markdown could not stand in a lesson.md and be read back as it was.

    `first` is the number of its first line. Without `headings`, it may have no heading of the first three
    levels, because its directive gives `###` a meaning.
    """
    refuse_control_characters(text, first=first)
    for line in fenced_lines(numbered(text, first=first)):
        if line.in_fence:
            continue
        if line.text.startswith(":::"):
            raise ContentError(f"{line.text.split()[0]!r} cannot stand here.", line=line.number)
        if re.match(r"#(?!#)", line.text):
            raise ContentError(
                "The lesson's title is its only heading of the first level; headings begin with ##.",
                line=line.number,
            )
        if not headings and re.match(r"#{2,3}(?!#)", line.text):
            raise ContentError("A heading cannot stand here; #### and deeper can.", line=line.number)
        for found in filters_in(line.text):
            try:
                check_filter(found)
            except BadFilterError as error:
                raise ContentError(str(error), line=line.number) from error
