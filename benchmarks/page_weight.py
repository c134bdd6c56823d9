"""What a page's scripts weigh: kB after gzip, each script with all that it imports.

Counted from static/dist, without a browser: the figures are the same on every machine.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import exit_code

DIST = Path(__file__).resolve().parents[1] / "static" / "dist"
# `from "./x.js"` and `import "./x.js"`; `import("./x.js")` is fetched when it is needed, and named below.
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*["'](\.{1,2}/[^"']+)["']""")
EVERY_PAGE = ("theme.js", "app.js")
WORKSPACE = (*EVERY_PAGE, "workspace.js", "chunks/editor-*.js", "chunks/python-*.js")
OPENED = ("chunks/panel-*.js", "chunks/diff-*.js", "chunks/django-html-*.js", "chunks/css-*.js")


@dataclass(frozen=True)
class Weight:
    """A page and the scripts that it loads; `limit` and `size` are bytes after gzip."""

    page: str
    files: tuple[Path, ...]
    limit: int

    @property
    def size(self) -> int:
        return sum(len(gzip.compress(file.read_bytes(), compresslevel=9, mtime=0)) for file in self.files)


def weights() -> list[Weight]:
    return [
        Weight("any page", closure(EVERY_PAGE), 10_000),
        Weight("a lesson", closure([*EVERY_PAGE, "lesson.js", "chunks/fragments-*.js"]), 60_000),
        Weight("a workspace, with a Python file", closure(WORKSPACE), 260_000),
        Weight("… and templates, the diff, the X-ray", closure([*WORKSPACE, *OPENED]), 260_000),
    ]


def closure(patterns: Iterable[str]) -> tuple[Path, ...]:
    """Return the scripts of static/dist that `patterns` name, with all that they import, once each."""
    found: set[Path] = set()
    waiting = [file for pattern in patterns for file in _named(pattern)]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting.extend((file.parent / name).resolve() for name in _IMPORT.findall(file.read_text()))
    return tuple(sorted(found))


def _named(pattern: str) -> list[Path]:
    files = sorted(DIST.glob(pattern))
    if not files:
        raise FileNotFoundError(f"static/dist has no {pattern}: is it built?")
    return files


def main() -> int:
    print("Scripts after gzip, in kB")
    found = weights()
    for weight in found:
        verdict = "" if weight.size <= weight.limit else "  TOO MUCH"
        print(f"  {weight.page:<40} {weight.size / 1000:6.1f} of {weight.limit / 1000:.0f}{verdict}")
    return exit_code(weight.size <= weight.limit for weight in found)


if __name__ == "__main__":
    sys.exit(main())
