"""Excerpts of a lesson's files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from content.markdown import render_excerpt
from content.source import SourceError, cut

CODE = '''\
"""A module."""
import os

LIMIT = 10
first, second = 1, 2
typed: int = 3


@decorator
@another(
    "argument",
)
class Order(Base):
    status = "new"

    class Meta:
        ordering = ["pk"]

    @property
    def total(self):
        # region: inner
        return self.price * 2
        # endregion: inner

    async def send(self):
        await post(self)


def twice():
    pass


def twice():
    pass


# region: outer
text = "<b>"

# endregion: outer
# region: open
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "models.py").write_text(CODE)
    (tmp_path / "demo" / "page.html").write_text(
        "<ul>\n  {# region: rows #}\n  <li>\n    a\n  </li>\n  {# endregion: rows #}\n"
        "<!-- region: foot -->\n<p>\n<!-- endregion: foot -->\n</ul>\n"
    )
    (tmp_path / "demo" / "style.css").write_text("/* region: box */\n.box {}\n/* endregion: box */\n")
    (tmp_path / "demo" / "app.js").write_text("// region: go\ngo();\n// endregion: go\n")
    (tmp_path / "demo" / "broken.py").write_text("def broken(:\n")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "first", "last", "start", "end"),
    [
        ("LIMIT", 4, 4, "LIMIT = 10", "LIMIT = 10"),
        ("second", 5, 5, "first, second", "1, 2"),
        ("typed", 6, 6, "typed", "3"),
        ("Order", 9, 25, "@decorator", "    await post(self)"),
        ("Order.status", 14, 14, "status", '"new"'),
        ("Order.Meta", 16, 17, "class Meta:", '["pk"]'),
        ("Order.total", 19, 22, "@property\ndef total(self):\n    return", "* 2"),
        ("Order.send", 25, 26, "async def send", "await post(self)"),
    ],
)
def test_symbol(folder: Path, name: str, first: int, last: int, start: str, end: str):
    excerpt = cut(folder, f"demo/models.py#{name}")
    lines = CODE.split("\n")
    assert excerpt.code.startswith(start)
    assert excerpt.code.rstrip("\n").endswith(end)
    assert all(line.text in lines[line.number - 1] for line in excerpt.lines)
    assert excerpt.first_line == next(n for n, line in enumerate(lines, 1) if start.split("\n")[0] in line)


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("demo/models.py@inner", "return self.price * 2\n"),
        ("demo/models.py@outer", 'text = "<b>"\n'),
        ("demo/page.html@rows", "<li>\n  a\n</li>\n"),
        ("demo/page.html@foot", "<p>\n"),
        ("demo/style.css@box", ".box {}\n"),
        ("demo/app.js@go", "go();\n"),
    ],
)
def test_region(folder: Path, reference: str, code: str):
    assert cut(folder, reference).code == code


def test_numbers_are_those_of_the_real_file(folder: Path):
    excerpt = cut(folder, "demo/page.html@rows")
    assert [(line.number, line.text) for line in excerpt.lines] == [(3, "<li>"), (4, "  a"), (5, "</li>")]


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("demo/models.py#Nothing", "has no Nothing"),
        ("demo/models.py#Order.nothing", "has no Order.nothing"),
        ("demo/models.py#LIMIT.real", "has no LIMIT.real"),
        ("demo/models.py#twice", "more than once"),
        ("demo/models.py@nothing", "has no region nothing"),
        ("demo/models.py@open", "no endregion"),
        ("demo/none.py#x", "is not in the folder"),
        ("demo@x", "is not a file"),
        ("demo/broken.py#broken", "is not Python"),
        ("../secret.py#x", "leads out of it"),
        ("demo/../../secret.py#x", "leads out of it"),
        ("/etc/passwd@x", "leads out of it"),
    ],
)
def test_what_is_not_there_is_an_error(folder: Path, reference: str, words: str):
    with pytest.raises(SourceError, match=words):
        cut(folder, reference)


def test_link_out_of_the_folder_is_refused(folder: Path, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.py"
    outside.write_text("KEY = 1\n")
    (folder / "demo" / "link.py").symlink_to(outside)
    with pytest.raises(SourceError, match="leads out of"):
        cut(folder, "demo/link.py#KEY")


def test_changed_file_is_read_again(folder: Path):
    file = folder / "demo" / "models.py"
    assert cut(folder, "demo/models.py#LIMIT").code == "LIMIT = 10\n"
    file.write_text(CODE.replace("LIMIT = 10", "LIMIT = 11"))
    os.utime(file, ns=(1, 1))
    assert cut(folder, "demo/models.py#LIMIT").code == "LIMIT = 11\n"


def test_excerpt_is_escaped_and_numbered(folder: Path):
    html = render_excerpt(cut(folder, "demo/models.py@outer"))
    assert "<b>" not in html
    assert 'data-line="38"' in html
    assert html.count("code__line") == 1
