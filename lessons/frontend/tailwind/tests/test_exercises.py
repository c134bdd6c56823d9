"""The exercises build with the demo's own engine and scanner, and their reader of CSS reads it right."""

import base64
import importlib
import sys
import zlib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from lessons.frontend.tailwind.demo import engine, scan

EXERCISES = Path(__file__).parents[1] / "exercises"
PACKAGES = sorted(EXERCISES.glob("*/starter/tailwind"))
PAGE = """<html class="bg-white dark:bg-slate-900"><body class="px-4">
<ul class="grid sm:grid-cols-2 lg:grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-x-4 gap-y-2">
<li class="p-4 bg-red-500/20 text-slate-800 dark:text-slate-100">a</li>
<li class="hidden md:block outline-none focus-visible:outline-2 text-[#777] hover:shadow-lg">b</li>
<li class="max-sm:invisible bg-[hsl(120_50%_40%)] text-white" style="--x: 3rem; padding-top: var(--x)">c</li>
<li class="hidden! block mt-[min(10px,2rem)] -mb-2 md:basis-1/2">d</li>
</ul></body></html>"""


@pytest.fixture(scope="module")
def computed():
    sys.path.insert(0, str(PACKAGES[0].parent))
    try:
        compiler = importlib.import_module("tailwind.compiler")
        reader = importlib.import_module("tailwind.computed")
    finally:
        sys.path.remove(str(PACKAGES[0].parent))
    files = {
        "tailwind/engine.txt": (PACKAGES[0] / "engine.txt").read_text(),
        "assets/app.css": '@import "tailwindcss";',
        "page.html": PAGE,
    }
    sheet, soup = reader.Sheet(compiler.compile_css(files, "tree")), BeautifulSoup(PAGE, "html.parser")
    yield lambda *arguments: reader.Page(sheet, soup, *arguments)
    for name in [name for name in sys.modules if name.split(".")[0] == "tailwind"]:
        del sys.modules[name]


def test_both_exercises_have_the_demos_build():
    assert len(PACKAGES) == 2
    for package in PACKAGES:
        packed = base64.b64decode((package / "engine.txt").read_text())
        assert zlib.decompress(packed) == engine.SCRIPT.read_bytes(), "pack the new tailwind.js"
        assert (package / "scan.py").read_text() == Path(scan.__file__).read_text()
    for name in ("compiler.py", "computed.py", "templatetags/tailwind.py"):
        assert len({(package / name).read_text() for package in PACKAGES}) == 1


@pytest.mark.parametrize(
    ("width", "columns"), [(360, 1), (639, 1), (640, 2), (1023, 2), (1024, 3), (1440, 5)]
)
def test_columns(computed, width, columns):
    page = computed(width)
    assert page.columns(page.soup.ul) == columns
    assert page.inner_width(page.soup.ul) == width - 32


def test_cascade(computed):
    page = computed(800)
    first, second, third, fourth = page.soup.select("li")
    assert page.is_visible(second)
    assert not computed(700).is_visible(second)
    assert not page.is_visible(fourth)
    assert page.length(page.style(fourth)["margin-top"]) == 10
    assert page.length(page.style(fourth)["margin-bottom"]) == -8
    assert page.length(page.style(fourth)["flex-basis"], 600) == 300
    assert page.length(page.style(third)["padding-top"]) == 48
    assert page.is_visible(third)
    assert not computed(500).is_visible(third)
    assert page.length(page.style(page.soup.ul)["column-gap"]) == 16
    assert page.length(page.style(page.soup.ul)["row-gap"]) == 8
    # outline-none leaves its style in a variable, and outline-2 reads it there.
    assert computed(800, "light", ["focus-visible"]).style(second)["outline-style"] == "none"
    assert "box-shadow" not in page.style(second)
    assert "10px 15px" in computed(800, "light", ["hover"]).style(second)["box-shadow"]
    assert page.style(first).get("color") == "oklch(27.9% 0.041 260.031)"


def test_colours(computed):
    light, dark = computed(800), computed(800, "dark")
    first, second, third, _ = light.soup.select("li")
    # As a browser and WCAG's formula have it: #777 on white is 4.48.
    assert light.contrast(second) == 4.48
    assert light.contrast(first) == pytest.approx(12.5, abs=0.1)
    assert dark.contrast(first) == pytest.approx(9.4, abs=0.1)
    assert light.contrast(third) == 3.66
