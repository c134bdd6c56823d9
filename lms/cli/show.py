"""Words on a terminal: coloured where somebody looks, plain in a pipe and with NO_COLOR."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

_COLORS = {"green": "32", "red": "31", "yellow": "33", "dim": "2", "bold": "1"}
_MARKS = {"passed": ("green", "✓"), "failed": ("red", "✗"), "error": ("red", "!"), "pending": ("dim", "·")}
_NOT_PLAIN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def color(text: str, name: str) -> str:
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return f"\x1b[{_COLORS[name]}m{text}\x1b[0m"


def plain(text: object) -> str:
    """Return text that can do nothing to a terminal: what a learner's code printed may hold anything."""
    return _NOT_PLAIN.sub("�", str(text))


def check_lines(check: dict[str, Any]) -> list[str]:
    """Return a check as lines: its mark and name, and where it failed why."""
    shade, mark = _MARKS.get(check["status"], ("dim", "–"))
    lines = [f"  {color(mark, shade)} {plain(check['title'])}"]
    if check["status"] not in ("failed", "error"):
        return lines
    for name in ("message", "expected", "got", "concept"):
        if check.get(name):
            first, *others = plain(check[name]).splitlines()
            lines.append(f"      {color(f'{name}:', 'dim'):<10} {first}")
            lines.extend(f"                 {other}" for other in others[:20])
    for frame in check.get("frames") or []:
        lines.append(f"      {plain(frame['file'])}:{frame['line']} in {plain(frame['function'])}")
        lines.append(f"          {plain(frame['code']).strip()}")
    return lines


def progress_bar(percent: int, width: int = 20) -> str:
    full = width * percent // 100
    return color("█" * full, "green") + color("░" * (width - full), "dim") + f" {percent:>3} %"


class Status:
    """One line that is written over, on a terminal; nothing in a pipe."""

    def __init__(self) -> None:
        self._shown = ""

    def show(self, text: str) -> None:
        if sys.stdout.isatty() and text != self._shown:
            sys.stdout.write(f"\r\x1b[K{text}")
            sys.stdout.flush()
            self._shown = text

    def clear(self) -> None:
        if self._shown:
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()
            self._shown = ""
