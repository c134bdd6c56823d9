"""Markdown to HTML."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from content.markdown import HeadingIds, outline, render_inline, render_markdown, render_prose


def test_code_is_highlighted_and_can_be_copied():
    soup = BeautifulSoup(render_markdown("```python\nclass A: pass\n```"), "html.parser")
    block = soup.select_one("div.highlight[data-copy]")
    assert block.select_one("span.k").text == "class"
    assert block.select_one("pre")["tabindex"] == "0"
    assert "language-python" in block["class"]


def test_fence_in_a_list_stays_in_its_item():
    soup = BeautifulSoup(render_markdown("- a\n\n    ```python\n    x = 1\n    ```\n\n- b"), "html.parser")
    assert [bool(item.select("pre")) for item in soup.select("ul > li")] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        '<a href="java\tscript:alert(1)">a</a>',
        "<div onclick=alert(1)>a</div>",
        "<svg><script>alert(1)</script></svg>",
        '<p style="background:url(javascript:alert(1))">a</p>',
        "<iframe src=//evil></iframe>",
        "<form action=//evil><input name=a></form>",
        "| a |\n|---|\n| <b onmouseover=alert(1)>b</b> |",
    ],
)
def test_nothing_that_runs_comes_through(text: str):
    soup = BeautifulSoup(render_markdown(text), "html.parser")
    assert not soup.select("script, img, iframe, svg, form, input")
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"]
        assert "script:" not in tag.get("href", "") or urlsplit(tag["href"]).scheme == ""


def test_code_shows_markup_as_text():
    assert BeautifulSoup(render_markdown("`<script>`"), "html.parser").code.text == "<script>"


def test_tables_scroll_and_keep_their_alignment():
    soup = BeautifulSoup(render_markdown("| a | b |\n|---|--:|\n| 1 | 2 |"), "html.parser")
    assert soup.select_one("div.table-scroll[tabindex] > table")
    assert "text-align" in soup.select("td")[1]["style"]


def test_heading_ids_are_unique_on_the_page_and_equal_to_the_outline():
    stretches = ["## See it\n\n### A `cookie` & more", "## See it\n\n#### Deep\n\n### Deep"]
    ids = HeadingIds()
    soup = BeautifulSoup("".join(render_prose(text, ids) for text in stretches), "html.parser")
    rendered = [(int(tag.name[1]), tag["id"], tag.text) for tag in soup.select("h2, h3")]
    assert rendered == [(heading.level, heading.id, heading.text) for heading in outline(stretches)]
    every = [tag["id"] for tag in soup.select("[id]")]
    assert every == ["see-it", "a-cookie-more", "see-it-2", "deep", "deep_1"]


def test_markdown_beside_the_prose_has_no_ids():
    assert "id=" not in render_markdown("#### Deep")


def test_inline_has_no_paragraph():
    assert render_inline("one `two`") == "one <code>two</code>"


def test_fragment_of_a_format_is_not_marked_as_an_error():
    assert 'class="err"' not in render_markdown("```http\nSet-Cookie: a=b\n```")


def test_pictures_are_our_own_and_say_what_they_show():
    assert "<img" in render_markdown("![A fence](/media/images/a.png)")
    for other in ("![A fence](https://example.org/a.png)", "![](/media/images/a.png)", "![a](/static/a.png)"):
        assert "<img" not in render_markdown(other)
