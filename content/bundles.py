"""Several files as one text, for a form: each below a line `=== path ===`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from content.exercises import check_path

_BARE = " no newline at the end"
# As in the script: no blank begins a path, and nothing but "\n" ends a line.
_PATH = r"[^ \t\n][^\n]*?"
_HEADING = re.compile(rf"=== (?P<path>{_PATH}) ===(?P<bare>{_BARE})?$")
_LOOKALIKE = re.compile(rf"^\\*=== {_PATH} ===(?:{_BARE})?$", re.MULTILINE)
_ESCAPED = re.compile(rf"^\\(?=\\*=== {_PATH} ===(?:{_BARE})?$)")


def join_files(files: Mapping[str, str]) -> str:
    """Return the text that `split_files` makes the same files of.

    A line of a file that looks like the beginning of another gets a backslash before it.
    """
    parts = []
    for path, found in files.items():
        text = _LOOKALIKE.sub(r"\\\g<0>", found)
        bare = bool(text) and not text.endswith("\n")
        parts.append(f"=== {path} ==={_BARE if bare else ''}\n{text}" + ("\n" if bare else ""))
    return "".join(parts)


def split_files(text: str) -> dict[str, str]:
    """Return the files, path to text, of what `join_files` wrote. Raises ValueError with a sentence."""
    files: dict[str, str] = {}
    path, bare, lines = "", False, []
    rows = text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text.strip() else []
    for row in [*rows, "=== end ==="]:
        match = _HEADING.match(row)
        if not match:
            if not path and row.strip():
                raise ValueError("The text begins with a line === path ===.")
            lines.append(_ESCAPED.sub("", row))
            continue
        if path:
            files[path] = "\n".join(lines) + ("" if bare or not lines else "\n")
        path, bare, lines = match["path"], bool(match["bare"]), []
        check_path(path)
        if path in files:
            raise ValueError(f"{path} stands here twice.")
    return files
