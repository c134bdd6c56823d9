"""lesson.md to document."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from content.errors import ContentError
from content.lesson_format import front_matter
from content.lesson_format.document import (
    NOTE_KINDS,
    Block,
    Compare,
    Demo,
    ExerciseCard,
    Figure,
    Lesson,
    Note,
    Prose,
    Quiz,
    Source,
)
from content.lesson_format.export import export
from content.lesson_format.lines import check_markdown, fenced_lines, joined, refuse_control_characters
from content.lesson_format.quiz import parse_questions
from content.lesson_format.tokens import Token, tokenize

FIGURE_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
}
_REFERENCE = re.compile(r"(?P<path>[^\s#@]+)(?P<mark>[#@])(?P<name>[^\s#@]+)\Z")
_FIGURE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.[a-z]+\Z")


def parse(text: str) -> Lesson:
    """Read a lesson.md, canonical or not. Raises ContentError with the line of the first fault."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    yaml_text, first, body, body_first = front_matter.split(text)
    front = front_matter.read_lesson(yaml_text, first=first)
    refuse_control_characters(body, first=body_first)
    blocks = [_block(token) for token in tokenize(body, first=body_first, known=frozenset(_DIRECTIVES))]
    if not blocks:
        raise ContentError("The lesson has no text.", line=body_first)
    demos = [block for block in blocks if isinstance(block, Demo)]
    if len(demos) > 1:
        raise ContentError("A lesson shows its demo once; here it is again.", line=demos[1].line)
    return Lesson(front=front, blocks=tuple(blocks))


def normalise(text: str) -> str:
    """Return the text as an export of its lesson would write it."""
    return export(parse(text))


def check_canonical(text: str) -> Lesson:
    """Return the document of a text that an export would give back byte for byte.

    Raises ContentError, at the first line that would change, for any other text.
    """
    lesson = parse(text)
    canonical = export(lesson)
    if canonical == text:
        return lesson
    have, want = text.split("\n"), canonical.split("\n")
    number = next(
        (number for number, (a, b) in enumerate(zip(have, want, strict=False), start=1) if a != b),
        min(len(have), len(want)) + 1,
    )
    wanted = repr(want[number - 1]) if number <= len(want) else "the end of the file"
    found = repr(have[number - 1]) if number <= len(have) else "the end of the file"
    raise ContentError(
        f"Not in the canonical form: here is {found}, an export writes {wanted}. "
        "`manage.py format_lessons` rewrites it.",
        line=number,
    )


def split_reference(reference: str) -> tuple[str, str, str]:
    """Split `path#Symbol` or `path@region` into path, mark and name. Raises ContentError with the reason."""
    match = _REFERENCE.match(reference)
    if not match:
        raise ContentError(f"A source is named path#Symbol or path@region, not {reference!r}.")
    path = PurePosixPath(match["path"])
    if path.is_absolute() or ".." in path.parts or "\\" in reference:
        raise ContentError(f"A source stands in the lesson's folder; {reference!r} leads out of it.")
    if match["mark"] == "#" and path.suffix != ".py":
        raise ContentError(f"Only Python files have symbols; name a region of {path} with @.")
    return match["path"], match["mark"], match["name"]


def check_figure_name(name: str) -> str:
    if not _FIGURE_NAME.match(name) or PurePosixPath(name).suffix not in FIGURE_TYPES:
        raise ContentError(
            f"{name!r} does not name a figure: a file of the folder figures/, {', '.join(FIGURE_TYPES)}."
        )
    return name


def _block(token: Token) -> Block:
    try:
        return _DIRECTIVES[token.name](token) if token.name else _prose(token)
    except ContentError as error:
        if error.line:
            raise
        raise ContentError(error.message, line=token.line) from error


def _markdown(body: list[tuple[int, str]], *, headings: bool = False) -> str:
    text = joined(body)
    if text:
        check_markdown(text, first=body[0][0], headings=headings)
    return text


def _prose(token: Token) -> Prose:
    return Prose(markdown=_markdown(token.body, headings=True), line=token.line)


def _source(token: Token) -> Source:
    if not token.argument:
        raise ContentError(":::source needs path#Symbol or path@region.")
    split_reference(token.argument)
    return Source(reference=token.argument, markdown=_markdown(token.body), line=token.line)


def _demo(token: Token) -> Demo:
    _refuse_argument(token)
    _refuse_body(token)
    return Demo(line=token.line)


def _exercise(token: Token) -> ExerciseCard:
    if not front_matter.SLUG.match(token.argument):
        raise ContentError(f":::exercise needs the exercise's slug, not {token.argument!r}.")
    _refuse_body(token)
    return ExerciseCard(slug=token.argument, line=token.line)


def _note(token: Token) -> Note:
    kind, _, title = token.argument.partition(" ")
    if kind not in NOTE_KINDS:
        raise ContentError(f"Unknown kind of note {kind!r}; known are {', '.join(NOTE_KINDS)}.")
    text = _markdown(token.body)
    if not text:
        raise ContentError("The note says nothing.")
    return Note(kind=kind, title=title.strip(), markdown=text, line=token.line)


def _figure(token: Token) -> Figure:
    values: dict[str, str] = {}
    for number, line in token.body:
        key, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon or key not in ("alt", "caption"):
            raise ContentError("A figure has a line `alt: …` and may have a line `caption: …`.", line=number)
        if key in values:
            raise ContentError(f"The figure has a second {key}.", line=number)
        values[key] = value.strip()
    if not values.get("alt"):
        raise ContentError("The figure has no `alt: …`: what somebody who cannot see it has to know.")
    name = check_figure_name(token.argument)
    return Figure(file=name, alt=values["alt"], caption=values.get("caption", ""), line=token.line)


def _compare(token: Token) -> Compare:
    _refuse_argument(token)
    parts: list[tuple[str, list[tuple[int, str]]]] = []
    for line in fenced_lines(token.body):
        if not line.in_fence and line.text.startswith("### "):
            parts.append((line.text[4:].strip(), []))
        elif parts:
            parts[-1][1].append((line.number, line.text))
        elif line.text.strip():
            raise ContentError("A comparison begins with ### Before: and a title.", line=line.number)
    labels = ("Before:", "After:")
    if [heading.partition(":")[0] + ":" for heading, _ in parts] != list(labels):
        raise ContentError(
            "A comparison has two parts, ### Before: and a title, then ### After: and a title."
        )
    texts, titles = [], []
    for (heading, lines), label in zip(parts, labels, strict=True):
        titles.append(heading.removeprefix(label).strip())
        texts.append(_markdown(lines))
        if not titles[-1] or not texts[-1]:
            raise ContentError(f"The part {label} of the comparison needs a title and something below it.")
    return Compare(
        before_title=titles[0], before=texts[0], after_title=titles[1], after=texts[1], line=token.line
    )


def _quiz(token: Token) -> Quiz:
    _refuse_argument(token)
    return Quiz(questions=parse_questions(token.body, line=token.line), line=token.line)


def _refuse_argument(token: Token) -> None:
    if token.argument:
        raise ContentError(f":::{token.name} takes no argument, so {token.argument!r} is one too many.")


def _refuse_body(token: Token) -> None:
    if token.body:
        raise ContentError(
            f":::{token.name} has nothing inside; close it with ::: first.", line=token.body[0][0]
        )


_DIRECTIVES: dict[str, Callable[[Token], Block]] = {
    "source": _source,
    "demo": _demo,
    "exercise": _exercise,
    "note": _note,
    "figure": _figure,
    "compare": _compare,
    "quiz": _quiz,
}
