"""The body of a lesson.md, cut into stretches of Markdown and directives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from content.errors import ContentError
from content.lesson_format.lines import Line, fenced_lines, numbered, without_blank_ends

_OPENING = re.compile(r":::(?P<name>[a-z]+)(?:[ \t]+(?P<argument>.*))?$")


@dataclass
class Token:
    """A directive, or Markdown between two of them: then `name` is empty."""

    name: str
    argument: str
    line: int
    body: list[tuple[int, str]] = field(default_factory=list)


def tokenize(body: str, *, first: int, known: frozenset[str]) -> Iterator[Token]:
    """Cut `body`, whose first line has the number `first`. Stretches of blank lines make no token."""
    prose = Token("", "", first)
    directive: Token | None = None
    for line in fenced_lines(numbered(body, first=first)):
        if line.in_fence or not line.text.startswith(":::"):
            (directive or prose).body.append((line.number, line.text))
        elif directive is None:
            yield from _filled(prose)
            directive = _opened(line, known)
        elif line.text.rstrip() == ":::":
            yield _trimmed(directive)
            directive, prose = None, Token("", "", line.number + 1)
        else:
            raise ContentError(
                f"{line.text.split()[0]} stands inside the {directive.name} of line {directive.line}; "
                "close that one first with ::: on a line of its own.",
                line=line.number,
            )
    if directive is not None:
        raise ContentError(
            f"The directive :::{directive.name} is never closed by a line of :::.", line=directive.line
        )
    yield from _filled(prose)


def _opened(line: Line, known: frozenset[str]) -> Token:
    if line.text.rstrip() == ":::":
        raise ContentError("This ::: closes nothing.", line=line.number)
    match = _OPENING.match(line.text)
    if not match:
        raise ContentError("A directive is written :::name, or :::name and its argument.", line=line.number)
    if match["name"] not in known:
        raise ContentError(
            f"Unknown directive :::{match['name']}; known are {', '.join(sorted(known))}.", line=line.number
        )
    return Token(match["name"], (match["argument"] or "").strip(), line.number)


def _trimmed(token: Token) -> Token:
    token.body = without_blank_ends(token.body)
    return token


def _filled(prose: Token) -> Iterator[Token]:
    token = _trimmed(prose)
    if token.body:
        token.line = token.body[0][0]
        yield token
