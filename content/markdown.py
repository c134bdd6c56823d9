"""Markdown and code to HTML that is safe to show, whoever wrote it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

import markdown
import nh3
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown.extensions.toc import slugify
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

from content.source import CodeLine, Excerpt
from content.xray_links import SCHEME, with_filters

_TAGS = nh3.ALLOWED_TAGS
_ATTRIBUTES = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "img": {"src", "alt"},
    "div": {"class"},
    "span": {"class"},
    "pre": {"class"},
    "code": {"class"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "th": {"style", "scope"},
    "td": {"style"},
}
_PICTURE = re.compile(r'<img((?:\s+[\w-]+="[^"]*")*)\s*/?>')
_HEADING = re.compile(r'<h(?P<level>[2-4]) id="(?P<id>[^"]*)">(?P<inner>.*?)</h(?P=level)>', re.DOTALL)
_EXTENSIONS = ["pymdownx.superfences", "pymdownx.highlight", "tables", "sane_lists", "def_list", "abbr"]
_EXTENSION_CONFIGS = {
    "pymdownx.highlight": {"css_class": "highlight", "pygments_lang_class": True, "guess_lang": False}
}


@dataclass(frozen=True)
class Heading:
    """A heading of the lesson's prose. `level` is 2 or 3; `text` is plain."""

    level: int
    id: str
    text: str


class HeadingIds:
    """Ids of a page's headings, each given once, in the order in which the page is rendered."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, wanted: str) -> str:
        wanted = wanted or "section"
        given, count = wanted, 2
        while given in self._taken:
            given, count = f"{wanted}-{count}", count + 1
        self._taken.add(given)
        return given


def render_markdown(text: str) -> SafeString:
    """Render Markdown without ids, for what stands beside the prose."""
    return mark_safe(_HEADING.sub(r"<h\g<level>>\g<inner></h\g<level>>", _render(text)))  # noqa: S308


def render_prose(text: str, ids: HeadingIds) -> SafeString:
    """Render a stretch of a lesson's prose; its headings get ids that no other of the page has."""
    return mark_safe(  # noqa: S308
        _HEADING.sub(
            lambda match: (
                f'<h{match["level"]} id="{ids.claim(match["id"])}">{match["inner"]}</h{match["level"]}>'
            ),
            _render(text),
        )
    )


def render_inline(text: str) -> SafeString:
    """Render Markdown of one line without the paragraph around it."""
    rendered = _render(text).strip()
    if rendered.startswith("<p>") and rendered.endswith("</p>") and rendered.count("<p>") == 1:
        rendered = rendered[3:-4]
    return mark_safe(rendered)  # noqa: S308


def outline(stretches: list[str]) -> list[Heading]:
    """Return the headings that `render_prose` finds in the same stretches, in the same order."""
    ids = HeadingIds()
    found = [
        Heading(
            int(match["level"]), ids.claim(match["id"]), html.unescape(nh3.clean(match["inner"], tags=set()))
        )
        for text in stretches
        for match in _HEADING.finditer(_render(text))
    ]
    return [heading for heading in found if heading.level <= 3]


def plain_text(markdown_text: str) -> str:
    """Return what a reader of rendered Markdown sees, on one line."""
    return _visible(_render(markdown_text))


def sections_of(text: str, ids: HeadingIds) -> list[tuple[Heading | None, str]]:
    """Return (heading, plain text below it) in the order of `text`; None for what stands above the first.

    The ids are those of `render_prose`, if `ids` has seen the same stretches before.
    """
    rendered = _render(text)
    found: list[tuple[Heading | None, str]] = []
    heading, start = None, 0
    for match in _HEADING.finditer(rendered):
        claimed = ids.claim(match["id"])
        if int(match["level"]) > 3:
            continue
        found.append((heading, _visible(rendered[start : match.start()])))
        heading, start = Heading(int(match["level"]), claimed, _visible(match["inner"])), match.end()
    found.append((heading, _visible(rendered[start:])))
    return [(heading, below) for heading, below in found if heading or below]


def _visible(rendered: str) -> str:
    # A space for the end of each block, lest two paragraphs make one word.
    spaced = re.sub(r"</(?:p|li|h\d|pre|td|th|dt|dd|blockquote)>", " ", rendered)
    return " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())


# The text is the key: what was rendered once is right until the process ends.
@lru_cache(maxsize=4096)
def _render(text: str) -> str:
    converter = markdown.Markdown(
        extensions=[*_EXTENSIONS, "toc"],
        extension_configs={**_EXTENSION_CONFIGS, "toc": {"slugify": slugify, "marker": ""}},
        output_format="html",
    )
    clean = nh3.clean(
        converter.convert(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_own_pictures,
        set_tag_attribute_values={"img": {"loading": "lazy"}},
        filter_style_properties={"text-align"},
        url_schemes={"http", "https", "mailto", SCHEME},
        link_rel="noopener",
    )
    return _with_hooks(with_filters(_PICTURE.sub(_shown, clean)))


def _own_pictures(tag: str, attribute: str, value: str) -> str | None:
    """Pictures are those that were uploaded here: another site's would tell it who reads the lesson."""
    foreign = tag == "img" and attribute == "src" and not value.startswith(settings.MEDIA_URL)
    return None if foreign else value


def _shown(picture: re.Match[str]) -> str:
    """Return the picture, or nothing for one that is not ours or says nothing to who cannot see it."""
    return picture[0] if " src=" in picture[1] and re.search(r' alt="[^"]', picture[1]) else ""


# Somebody's words below a lesson: no headings that would mix with the page's own, no pictures, no HTML.
_COMMENT_TAGS = _TAGS - {"img", *(f"h{level}" for level in range(1, 7))}
_COMMENT_HEADING = re.compile(r"<(?P<end>/?)h[1-6]>")


@lru_cache(maxsize=2048)
def render_comment(text: str) -> SafeString:
    """Render Markdown that anybody may have written. HTML in it is shown as text, headings as bold lines."""
    converter = markdown.Markdown(
        extensions=_EXTENSIONS, extension_configs=_EXTENSION_CONFIGS, output_format="html"
    )
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    lines = _COMMENT_HEADING.sub(
        lambda match: "</strong></p>" if match["end"] else "<p><strong>", converter.convert(text)
    )
    clean = nh3.clean(
        lines,
        tags=_COMMENT_TAGS,
        attributes=_ATTRIBUTES,
        filter_style_properties={"text-align"},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow ugc",
    )
    return mark_safe(_with_hooks(clean))  # noqa: S308


def _with_hooks(clean: str) -> str:
    """Mark what scripts and keyboards need: where code can be copied, what scrolls sideways."""
    clean = re.sub(r'<div class="((?:[\w+#.-]+ )*highlight)">', r'<div class="code \1" data-copy>', clean)
    # A fragment of a format, a single header of a response, is no error to a reader.
    clean = clean.replace('<span class="err">', "<span>")
    clean = clean.replace("<pre>", '<pre tabindex="0">')
    clean = clean.replace("<table>", '<div class="table-scroll" tabindex="0"><table>')
    return clean.replace("</table>", "</table></div>")


@lru_cache(maxsize=1024)
def render_excerpt(excerpt: Excerpt) -> SafeString:
    """Render code with a `span.code__line` for each line; its real number is in `data-line`."""
    try:
        lexer = get_lexer_for_filename(PurePosixPath(excerpt.path).name, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    highlighted = highlight(excerpt.code, lexer, HtmlFormatter(nowrap=True)).removesuffix("\n").split("\n")
    lines = [
        f'<span class="code__line" data-line="{line.number}">{marked}\n</span>'
        for line, marked in zip(excerpt.lines, highlighted, strict=True)
    ]
    return mark_safe("".join(lines))  # noqa: S308


def render_file(path: str, text: str) -> SafeString:
    """Render a whole file as `render_excerpt` does a part of one."""
    rows = text.removesuffix("\n").split("\n")
    lines = tuple(CodeLine(number, row) for number, row in enumerate(rows, start=1))
    return render_excerpt(Excerpt(path, path, "", lines))
