"""What a project prints, kept in memory up to a limit."""

import io


class Capture(io.TextIOBase):
    """Stands in for sys.stdout and sys.stderr. `take()` gives what was written since the last time."""

    encoding = "utf-8"

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = self._left = limit
        self._parts: list[str] = []
        self._dropped = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        kept = text[: max(self._left, 0)]
        self._left -= len(kept)
        self._dropped += len(text) - len(kept)
        if kept:
            self._parts.append(kept)
        return len(text)

    def renew(self) -> None:
        """From now on as much may be written as in the beginning."""
        self._left = self._limit

    def take(self) -> str:
        parts, self._parts = self._parts, []
        text = "".join(parts)
        if self._dropped:
            text += f"\n… ({self._dropped} more characters were printed)\n"
            self._dropped = 0
        return text
