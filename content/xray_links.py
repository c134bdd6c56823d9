"""Links of a lesson that filter its demo's X-ray: `[the INSERT](xray:sql~INSERT)`.

docs/architecture.md has the syntax. The panel reads the same filters (sandbox/xray/static/xray/filter.js).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

SCHEME = "xray"
LONGEST = 200  # characters of a filter

_METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|WEBSOCKET|TASK"
_PARTS = "exception|aborted|alike|queries|session|cookies|mail|messages|tasks|frames|templates"
_FIELDS = {
    "method=": re.compile(_METHODS),
    "status=": re.compile(r"[1-5](\d\d|xx)", re.ASCII),
    "path=": re.compile(r"/.*", re.DOTALL),
    "path~": re.compile(r".*\S.*", re.DOTALL),
    "name=": re.compile(r"[\w:-]+", re.ASCII),
    "sql~": re.compile(r".*\S.*", re.DOTALL),
    "template~": re.compile(r".*\S.*", re.DOTALL),
    "has=": re.compile(_PARTS),
}
_CONDITION = re.compile(r"(?P<kind>[a-z]+[=~])(?P<value>.+)", re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
# [text](xray:…), [text](<xray:…>), [name]: xray:…, href="xray:…"
_LINK = re.compile(
    rf"""(?:\]\(\s*|^\s*\[[^\]]+\]:\s*|href\s*=\s*)(?:<{SCHEME}:([^>]*)>|"{SCHEME}:([^"]*)"|{SCHEME}:([^\s)]*))"""
)
_HREF = re.compile(rf'(<a\b[^>]*?) href="{SCHEME}:([^"]*)"')
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class BadFilterError(ValueError):
    """The text is no filter of the X-ray; the message is a sentence for its author."""


def check_filter(text: str) -> str:
    """Return `text` if the X-ray understands it. Raises BadFilterError."""
    if not text or len(text) > LONGEST:
        raise BadFilterError(f"A filter of the X-ray has 1 to {LONGEST} characters.")
    for part in text.split("&"):
        condition = _CONDITION.fullmatch(part)
        if not condition or condition["kind"] not in _FIELDS:
            raise BadFilterError(
                f"The X-ray has no filter {part!r}. It begins with one of {', '.join(_FIELDS)}."
            )
        value = _decoded(condition["value"])
        if not _FIELDS[condition["kind"]].fullmatch(value):
            raise BadFilterError(f"{condition['kind']} does not take {value!r} in a filter of the X-ray.")
    return text


def filters_in(markdown_line: str) -> Iterator[str]:
    """Yield the filters of the links in one line of Markdown, right or wrong."""
    for match in _LINK.finditer(_CODE.sub("", markdown_line)):
        yield html.unescape(next(group for group in match.groups() if group is not None))


def with_filters(clean: str) -> str:
    """Turn the links of cleaned HTML into links to the demo; the filter is for the page's script.

    A link whose filter is wrong leads nowhere: what is loaded or edited is checked before.
    """
    return _HREF.sub(_rewritten, clean)


def _rewritten(match: re.Match[str]) -> str:
    try:
        text = check_filter(html.unescape(match[2]))
    except BadFilterError:
        return match[1]
    return f'{match[1]} href="#demo" data-xray="{html.escape(text)}"'


def _decoded(value: str) -> str:
    if _PERCENT.search(value):
        raise BadFilterError(f"{value!r} is not encoded as an address is: a percent sign itself is %25.")
    try:
        return unquote_to_bytes(value).decode()
    except UnicodeDecodeError as error:
        raise BadFilterError(f"{value!r} is not encoded as an address is.") from error
