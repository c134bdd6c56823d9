"""Styles, scripts and pictures of a learner's page, written into it: its frame may load nothing itself."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

MOST_ASSETS = 20
MOST_BYTES = 1024 * 1024  # all assets of a page together
# Served by the jail itself. What a view makes would be one more request to the learner's code.
_SERVED = ("/static/", "/media/")
_END_OF_ELEMENT = re.compile(r"</(?=style|script)", re.IGNORECASE)

# A path, and what was found there: type and content, or None.
Fetch = Callable[[str], "tuple[str, bytes] | None"]
Assets = dict[str, tuple[str, bytes]]


@dataclass(frozen=True)
class _Reference:
    """A tag that names a file: where it stands in the text, and what it is."""

    start: int
    end: int
    tag: str
    attributes: tuple[tuple[str, str | None], ...]
    path: str


def fetch_assets(text: str, page_path: str, fetch: Fetch) -> Assets:
    """Return the stylesheets, scripts and pictures of the HTML, if they are the project's own and small."""
    found: Assets = {}
    left = MOST_BYTES
    wanted = list(dict.fromkeys(reference.path for reference in _references(text, page_path)))
    for path in wanted[:MOST_ASSETS]:
        asset = fetch(path)
        if asset is not None and len(asset[1]) <= left:
            left -= len(asset[1])
            found[path] = asset
    return found


def with_assets(text: str, page_path: str, assets: Mapping[str, tuple[str, bytes]]) -> str:
    """Return the HTML with each known file in the place of the tag that names it."""
    parts, deferred, position = [], [], 0
    for reference in _references(text, page_path):
        asset = assets.get(reference.path)
        written = _written(reference, *asset) if asset else None
        if written is not None:
            if reference.tag == "script" and "defer" in dict(reference.attributes):
                # Where its tag stood it would run before what follows is there.
                deferred.append(f"{written}</script>")
                written = "<script>"
            parts += [text[position : reference.start], written]
            position = reference.end
    return "".join([*parts, text[position:], *deferred])


class _Finder(HTMLParser):
    def __init__(self, page_path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page_path = page_path
        self.found: list[tuple[int, int, str, str, tuple[tuple[str, str | None], ...], str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_style = tag == "link" and "stylesheet" in (given.get("rel") or "").lower().split()
        target = given.get("href" if tag == "link" else "src")
        if not target or not (is_style or tag in ("img", "script")):
            return
        url = urlsplit(urljoin(f"http://localhost{self.page_path}", target.strip()))
        if url.netloc == "localhost" and url.path.startswith(_SERVED):
            line, column = self.getpos()
            self.found.append((line, column, self.get_starttag_text() or "", tag, tuple(attrs), url.path))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


def _references(text: str, page_path: str) -> list[_Reference]:
    finder = _Finder(page_path)
    # Never closed: what a page leaves open at its end names no file, and for each tag that is open the parser
    # would read all of the rest again. A page of a hundred kilobytes could stop this process for minutes.
    finder.feed(text)
    starts = [0]
    # As the parser counts lines: by line feeds only.
    starts += [match.end() for match in re.finditer("\n", text)]
    references = []
    for line, column, source, tag, attributes, path in finder.found:
        start = starts[line - 1] + column
        references.append(_Reference(start, start + len(source), tag, attributes, path))
    return references


def _written(reference: _Reference, content_type: str, content: bytes) -> str | None:
    kind = content_type.partition(";")[0].strip().lower()
    if reference.tag == "link":
        if kind != "text/css":
            return None
        media = dict(reference.attributes).get("media")
        opening = f'<style media="{html.escape(media)}">' if media else "<style>"
        return opening + _text(content) + "</style>"
    if reference.tag == "script":
        if not kind.endswith("javascript"):
            return None
        # Its own end tag follows in the page.
        is_module = dict(reference.attributes).get("type") == "module"
        return ('<script type="module">' if is_module else "<script>") + _text(content)
    if not kind.startswith("image/"):
        return None
    data = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    kept = [(name, value) for name, value in reference.attributes if name not in ("src", "srcset")]
    written = [f' {name}="{html.escape(value)}"' if value is not None else f" {name}" for name, value in kept]
    return f'<img{"".join(written)} src="{data}">'


def _text(content: bytes) -> str:
    """Return a style sheet or script as the inside of its element: within a string, `<\\/` means the same."""
    return _END_OF_ELEMENT.sub("<\\\\/", content.decode("utf-8", "replace"))
