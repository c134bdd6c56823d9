"""Which addresses the stage's inner browsers may be sent to."""

import re
from urllib.parse import unquote, urlsplit

from sandbox.demos.discovery import Demo
from sandbox.demos.visits import split_persona

_FORBIDDEN = re.compile(r"[\\\x00-\x20\x7f]")


def start_path(demo: Demo, asked: str) -> str:
    """`asked` if it is a path within the lesson, for the first persona; the lesson's own start otherwise."""
    return asked if asked and is_inside(demo, asked) and split_persona(asked)[0] == 1 else demo.prefix


def is_inside(demo: Demo, path: str) -> bool:
    if len(path) > 2_000 or _FORBIDDEN.search(path) or path.startswith("//"):
        return False
    try:
        parts = urlsplit(path)
    except ValueError:
        return False
    decoded = unquote(parts.path)
    # Browsers resolve dots, encoded ones too, before they ask.
    if parts.scheme or parts.netloc or "\\" in decoded or {".", ".."}.intersection(decoded.split("/")):
        return False
    return split_persona(parts.path)[1].startswith(demo.prefix)
