"""A build: candidates of the sources, the entry compiled for them, and what can be said of the result."""

import gzip
import html.parser
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from . import engine, scan

# Conditions of the system, that a frame cannot be told: here they are answered instead.
DARK = "(prefers-color-scheme: dark)"
LIGHT = "(prefers-color-scheme: light)"
PROPERTY = re.compile(r"^@property [^{]*\{[^}]*\}\n?", re.MULTILINE)
CLASS = re.compile(r"[^\s]+")


@dataclass(frozen=True)
class Candidate:
    name: str
    rules: str | None
    place: int | None

    @property
    def shown(self) -> str:
        """Its rules, without the registrations of the variables that they work with."""
        return PROPERTY.sub("", self.rules or "").strip()

    @property
    def registered(self) -> int:
        return len(PROPERTY.findall(self.rules or ""))

    @property
    def variants(self) -> list[str]:
        """What stands before the utility, outside of brackets."""
        return re.split(r":(?![^\[(]*[\])])", self.name)[:-1]


@dataclass(frozen=True)
class Layer:
    name: str
    css: str

    @property
    def bytes(self) -> int:
        return len(self.css.encode())


@dataclass(frozen=True)
class Build:
    css: str
    candidates: list[Candidate]
    error: str = ""
    layers: list[Layer] = field(default_factory=list)

    @property
    def made(self) -> list[Candidate]:
        """Those that became CSS, in the order in which their rules stand in the style sheet."""
        found = [candidate for candidate in self.candidates if candidate.rules]
        return sorted(found, key=lambda candidate: (candidate.place is None, candidate.place))

    @property
    def bytes(self) -> int:
        return len(self.css.encode())

    @property
    def gzipped(self) -> int:
        return len(gzip.compress(self.css.encode(), mtime=0))

    def named(self, names: Iterable[str]) -> list[Candidate]:
        by_name = {candidate.name: candidate for candidate in self.candidates}
        return [by_name.get(name) or Candidate(name, None, None) for name in names]


# region: build
def build(entry: str, sources: Sequence[str]) -> Build:
    """What `tailwindcss -i entry.css` makes of the sources."""
    names = scan.names_in_files(sources)
    try:
        css = engine.style_sheet(entry, names)
        candidates = [Candidate(*row) for row in engine.rules_of(entry, names)]
    except engine.CompileError as error:
        return Build("", [], str(error))
    return Build(css, candidates, layers=list(layers_of(css)))


# endregion: build


class _Classes(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name in CLASS.findall(dict(attrs).get("class") or ""):
            self.names.setdefault(name)


def classes_of(markup: str) -> list[str]:
    """Names that elements of the finished HTML have: what a browser will look for in the style sheet."""
    parser = _Classes()
    parser.feed(markup)
    parser.close()
    return list(parser.names)


def layers_of(css: str) -> Iterable[Layer]:
    """The style sheet by its layers; what stands outside of them comes last, as it does in the cascade."""
    found: dict[str, list[str]] = {}
    depth, begin = 0, 0
    for match in re.finditer(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'|[{};]", css, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if depth == 0 and match.group() in ("}", ";"):
            piece = css[begin : match.end()].strip()
            begin = match.end()
            named = re.match(r"@layer ([\w-]+) \{", piece)
            found.setdefault(named[1] if named else "", []).append(piece)
    outside = found.pop("", [])
    yield from (Layer(name, "\n".join(pieces)) for name, pieces in found.items())
    if outside:
        yield Layer("", "\n".join(outside))


def as_in(css: str, scheme: str) -> str:
    """The style sheet with the system's answer put in: a frame has none of its own."""
    yes, no = "(min-width: 0)", "not all"
    dark, light = (yes, no) if scheme == "dark" else (no, yes)
    return css.replace(DARK, dark).replace(LIGHT, light)


def document(markup: str, css: str, scheme: str) -> str:
    """A page to be framed. Its frame is sandboxed and its policy fetches nothing."""
    safe = as_in(css, scheme).replace("</", "<\\/")
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    ground = "#0f172a" if scheme == "dark" else "#f8fafc"
    return (
        f'<!doctype html><html lang="en" class="{scheme}" data-theme="{scheme}"'
        f' style="color-scheme: {scheme}">'
        f'<head><meta charset="utf-8"><title>Preview</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><style>{safe}</style></head>'
        f'<body style="padding: 16px; background: {ground}">{markup}</body></html>'
    )
