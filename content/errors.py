"""What is wrong with a lesson's files, and where."""

from __future__ import annotations

from pathlib import Path


class ContentError(ValueError):
    """A file of a lesson breaks the format.

    `line` counts from 1; 0 where the fault is the whole file's. `path` is where the file stands, and is
    empty while a text is parsed that came from no file.
    """

    def __init__(self, message: str, *, line: int = 0, path: Path | str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.path = path

    def at(self, path: Path | str) -> ContentError:
        """Return this error as one of the file `path`."""
        return type(self)(self.message, line=self.line, path=path)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line) if part)
        return f"{place}: {self.message}" if place else self.message
