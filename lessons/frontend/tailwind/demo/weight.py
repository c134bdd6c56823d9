"""What @apply costs: the same pages built twice, with utilities in the HTML and with names of their own."""

import gzip
from dataclasses import dataclass

from .build import build, classes_of, layers_of
from .engine import style_sheet
from .models import Component
from .scan import names_in
from .seed import ENTRY

# Pieces of a site that have much in common, as pieces of a site do.
PIECES = [
    "rounded-xl bg-white p-4 shadow-sm md:p-6 dark:bg-slate-900",
    "flex items-center gap-4 rounded-xl bg-white p-4 dark:bg-slate-900",
    "grid gap-4 md:grid-cols-2 lg:grid-cols-3",
    "text-sm text-slate-600 dark:text-slate-300",
    "mt-2 text-2xl font-bold text-slate-900 dark:text-white",
    "inline-flex items-center rounded-full bg-spruce px-5 py-2 font-semibold text-white hover:bg-black",
    "inline-flex items-center rounded-full bg-slate-100 px-5 py-2 font-semibold hover:bg-slate-200",
    "rounded-xl border border-slate-300 bg-white px-4 py-2 text-slate-900 focus:border-spruce",
    "flex items-start gap-4 rounded-xl bg-amber-50 p-4 text-amber-950",
    "mt-2 flex flex-wrap gap-2 text-sm text-slate-600 dark:text-slate-300",
]


@dataclass(frozen=True)
class Step:
    """So many pieces, in bytes: of CSS without theme and reset, which both have, and of HTML."""

    pieces: int
    utilities: int
    applied: int
    utilities_html: int
    applied_html: int
    utilities_gzipped: int
    applied_gzipped: int


def pieces_of(components: list[Component]) -> list[str]:
    """The visitor's own components come first: whatever is typed in the workbench is weighed here."""
    own = [" ".join(classes_of(component.markup)) for component in components]
    return [piece for piece in own if piece] + PIECES


def steps(components: list[Component]) -> list[Step]:
    pieces = pieces_of(components)
    known = {candidate.name for candidate in build(ENTRY, pieces).made}
    return [_step(pieces[:count], known) for count in range(1, len(pieces) + 1)]


def _step(pieces: list[str], known: set[str]) -> Step:
    with_utilities = "\n".join(f'<div class="{piece}"></div>' for piece in pieces)
    with_names = "\n".join(f'<div class="piece-{number}"></div>' for number in range(len(pieces)))
    rules = "\n".join(
        f".piece-{number} {{ @apply {' '.join(name for name in piece.split() if name in known)}; }}"
        for number, piece in enumerate(pieces)
    )
    utilities = _own(ENTRY, with_utilities)
    applied = _own(f"{ENTRY}\n@layer components {{\n{rules}\n}}", with_names)
    return Step(
        len(pieces),
        *(len(text.encode()) for text in (utilities, applied, with_utilities, with_names)),
        *(_gzipped(text) for text in (utilities + with_utilities, applied + with_names)),
    )


def _own(entry: str, markup: str) -> str:
    css = style_sheet(entry, names_in(markup))
    return "".join(layer.css for layer in layers_of(css) if layer.name in ("components", "utilities"))


def _gzipped(text: str) -> int:
    return len(gzip.compress(text.encode(), mtime=0))
