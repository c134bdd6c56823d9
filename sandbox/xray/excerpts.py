"""A few lines around a line of code, coloured: what the X-ray shows of the line that caused a query."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.lexers.templates import HtmlDjangoLexer
from pygments.token import Comment, Keyword, Name, Number, String, Token, _TokenType
from pygments.util import ClassNotFound

AROUND = 4  # lines before and after
MAX_FILE = 300_000  # bytes

_KINDS: tuple[tuple[_TokenType, str], ...] = (
    (Comment.Preproc, "keyword"),  # {% and %} of a template
    (Comment, "comment"),
    (Keyword, "keyword"),
    (Name.Tag, "keyword"),
    (Token.Operator.Word, "keyword"),
    (String, "literal"),
    (Number, "literal"),
    (Name.Function, "definition"),
    (Name.Class, "definition"),
    (Name.Decorator, "definition"),
)

Line = list[tuple[str, str]]


class NoExcerptError(ValueError):
    """There is nothing to show; the message is a sentence that says why."""


def excerpt(file: Path, line: int, code: str) -> dict[str, Any]:
    """`{"line": 12, "lines": [{"number": 11, "parts": [["keyword", "def"], ["", " f"]]}], "changed": false}`.

    `code` is the line as it was when it ran, without the spaces around it. Raises NoExcerptError.
    """
    try:
        stat = file.stat()
        if stat.st_size > MAX_FILE:
            raise NoExcerptError("The file is too long to be shown here.")
        lines = _coloured(file, stat.st_mtime_ns)
    except (OSError, UnicodeDecodeError) as error:
        raise NoExcerptError("The file cannot be read any more.") from error
    if not 1 <= line <= len(lines):
        raise NoExcerptError("The file has changed since: it has no such line any more.")
    first = max(1, line - AROUND)
    shown = lines[first - 1 : line + AROUND]
    return {
        "line": line,
        "lines": [{"number": first + index, "parts": parts} for index, parts in enumerate(shown)],
        "changed": "".join(text for _, text in lines[line - 1]).strip() != code.strip(),
    }


@lru_cache(maxsize=64)
def _coloured(file: Path, changed_at: int) -> list[Line]:
    lines: list[Line] = [[]]
    for kind, text in _lexer(file).get_tokens(file.read_text(encoding="utf-8")):
        word = next((word for parent, word in _KINDS if kind in parent), "")
        for index, part in enumerate(text.split("\n")):
            if index:
                lines.append([])
            if part:
                lines[-1].append((word, part))
    return lines[:-1]


def _lexer(file: Path) -> Lexer:
    if file.suffix == ".html":
        return HtmlDjangoLexer(stripnl=False)
    try:
        return get_lexer_for_filename(file.name, stripnl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False)
