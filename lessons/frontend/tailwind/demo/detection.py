"""The class names of a finished page beside those that stood in the files."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from . import scan
from .build import Build, build, classes_of
from .models import Hut

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates" / "tailwind" / "huts"


@dataclass(frozen=True)
class Detection:
    page: str
    build: Build
    missing: list[str]
    sources: dict[str, SafeString]
    entry: str


def detect(template: str, sources: Iterable[str], inline: str, huts: Iterable[Hut]) -> Detection:
    """Render the page, compile the CSS of the sources, and see which classes of the page got none."""
    page = render_to_string(f"tailwind/huts/{template}.html", {"huts": huts})
    read = {}
    if "template" in sources:
        read[f"{template}.html"] = (TEMPLATES / f"{template}.html").read_text()
    if "choices" in sources:
        read["choices.py"] = (HERE / "choices.py").read_text()
    entry = '@import "tailwindcss";\n'
    for name in inline.split():
        entry += f'@source inline("{name}");\n'
    built = build(entry, list(read.values()))
    # What @source inline(…) names is no candidate of a file; so each class of the page is asked for.
    has_rule = {candidate.name for candidate in built.made} | inlined(built, classes_of(page))
    missing = [name for name in classes_of(page) if name not in has_rule]
    known = {candidate.name for candidate in built.made}
    return Detection(page, built, missing, {name: marked(text, known) for name, text in read.items()}, entry)


def inlined(built: Build, names: Iterable[str]) -> set[str]:
    """Names whose selector is in the style sheet."""
    return {name for name in names if f".{escaped(name)} {{" in built.css}


def escaped(name: str) -> str:
    """As CSS writes the name in a selector: what is no letter, digit, - or _ after a backslash."""
    return "".join(c if c.isalnum() or c in "-_" or ord(c) > 127 else f"\\{c}" for c in name)


def marked(text: str, known: set[str]) -> SafeString:
    """The text with each candidate that became CSS marked."""
    parts, position = [], 0
    for match in scan.NAME.finditer(text):
        if match.group() in known:
            parts += [escape(text[position : match.start()]), "<mark>", escape(match.group()), "</mark>"]
            position = match.end()
    return mark_safe("".join([*parts, escape(text[position:])]))  # noqa: S308 - each part is escaped
