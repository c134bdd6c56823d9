"""What the pages say of a build is what the compiler says, and nothing typed is run."""

import html
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from lessons.frontend.tailwind.demo import engine, scan, site
from lessons.frontend.tailwind.demo.build import as_in, build, classes_of, layers_of
from lessons.frontend.tailwind.demo.seed import CARD, ENTRY, LIST

ROOT = Path(__file__).parents[4]
OXIDE = ROOT / "node_modules" / "@tailwindcss" / "oxide"
PLAIN = '@import "tailwindcss";'


@pytest.fixture
def browser(visit):
    return visit("tailwind")


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def compiled(browser, markup: str, css: str = ENTRY, scheme: str = "light"):
    return browser.post("components/card/", {"markup": markup, "css": css, "scheme": scheme})


def header(response, name: str) -> list[str]:
    return json.loads(response.headers[name])


def test_three_frames_hold_the_markup_and_the_css(browser):
    frames = soup(browser.get("")).select("iframe")
    assert [frame.parent["style"] for frame in frames] == [
        "--wide: 360px",
        "--wide: 768px",
        "--wide: 1280px",
    ]
    for frame in frames:
        assert frame["sandbox"] == ["allow-same-origin"]
        inside = BeautifulSoup(frame["srcdoc"], "html.parser")
        assert inside.select_one("article h2").text == "Saddle Hut"
        assert ".bg-spruce {" in inside.select_one("style").text


def test_what_was_typed_is_kept_and_compiled(browser):
    response = compiled(browser, '<p class="mt-[7px] bogus lg:underline">x</p>')
    assert header(response, "Tailwind-Nothing") == ["bogus"]
    assert set(header(response, "Tailwind-Made")) == {"mt-[7px]", "lg:underline"}
    again = soup(browser.get(""))
    assert "mt-[7px]" in again.select_one("textarea").text
    assert again.select_one("#nothing-title")


def test_a_word_in_the_text_makes_css_by_chance(browser):
    response = compiled(browser, '<p class="p-4">The rest is hidden in a table.</p>')
    assert "By chance" in response.text
    assert set(header(response, "Tailwind-Made")) == {"p-4", "hidden"}


def test_an_entry_that_is_wrong_says_so(browser):
    response = compiled(browser, CARD, css=f"{PLAIN} .a {{ @apply bogus; }}")
    assert response.status_code == 422
    assert "Cannot apply unknown utility class `bogus`" in html.unescape(response.text)
    for css in ('@import "../../settings";', '@plugin "./evil.js";', "@config 'x';", ".a {"):
        assert compiled(browser, CARD, css=css).status_code == 422


def test_an_endless_list_is_given_up_and_the_next_build_works():
    with pytest.raises(engine.CompileError, match="Given up"):
        engine.style_sheet(f'{PLAIN} @source inline("p-{{1..900000}}");', [])
    assert ".p-4 {" in engine.style_sheet(PLAIN, ["p-4"])


def test_markup_does_not_leave_its_frame(browser):
    nasty = '</textarea></iframe><script>alert(1)</script><p class="p-4">"\'</p>'
    page = soup(compiled(browser, nasty))
    assert [script.get("src") for script in page.select("script")] == ["/static/tailwind/workbench.js"]
    assert nasty in page.select_one("iframe")["srcdoc"]
    css = f"{PLAIN} .a {{ --x: '</style><script>'; }}"
    page = soup(compiled(browser, '<p class="a">x</p>', css=css))
    assert "</style><script>" not in page.select_one("iframe")["srcdoc"]


def test_javascript_in_classes_is_text(browser):
    response = compiled(browser, "<p class=\"content-['${globalThis.ask=null}'] `-p-4 \\x\">x</p>")
    assert response.status_code == 200
    assert compiled(browser, CARD).status_code == 200


def test_dark_is_answered_for_the_frame():
    css = build(PLAIN, ["dark:p-4"]).css
    assert "(prefers-color-scheme: dark)" in css
    assert "@media (min-width: 0)" in as_in(css, "dark")
    assert "@media not all" in as_in(css, "light")


def test_layers_are_the_whole_style_sheet():
    css = build(ENTRY, [CARD]).css
    layers = list(layers_of(css))
    assert [layer.name for layer in layers] == ["theme", "base", "utilities", "properties", ""]
    kept = "".join("".join(layer.css for layer in layers).split())
    assert sorted(kept) == sorted("".join(css.split()))


@pytest.mark.parametrize(
    ("form", "missing"),
    [
        ({"template": "glued", "sources": "template"}, 6),
        ({"template": "glued", "sources": ["template", "choices"]}, 0),
        ({"template": "branch", "sources": "template"}, 0),
        ({"template": "whole", "sources": "template"}, 6),
        ({"template": "whole", "sources": ["template", "choices"]}, 0),
        ({"template": "variable", "sources": "template"}, 0),
        ({"template": "glued", "sources": "template", "inline": "bg-{emerald,amber,rose}-100"}, 3),
    ],
)
def test_detection(browser, form, missing):
    response = browser.get("detection/", form)
    assert len(header(response, "Tailwind-Nothing")) == missing
    crossed = [code.contents[0] for code in soup(response).select("code.line-through")]
    assert crossed == header(response, "Tailwind-Nothing")


def test_a_row_in_another_colour_is_in_no_file(browser):
    browser.post("huts/1/", {"colour": "fuchsia", "hue": 300})
    form = {"template": "glued", "sources": ["template", "choices"]}
    missing = header(browser.get("detection/", form), "Tailwind-Nothing")
    assert missing == ["bg-fuchsia-100", "text-fuchsia-900"]
    page = soup(browser.get("detection/", {"template": "variable", "sources": "template"}))
    assert "--hue: 300" in page.select_one("iframe")["srcdoc"]


def test_a_bad_inline_list_and_a_bad_hue_are_refused(browser):
    assert browser.get("detection/", {"template": "glued", "inline": 'x"); @import "y'}).status_code == 400
    browser.post("huts/1/", {"colour": "red", "hue": 361})
    with browser.world():
        from lessons.frontend.tailwind.demo.models import Hut

        assert Hut.objects.get(pk=1).colour == "emerald"


def test_weight(browser):
    rows = [
        [int(cell.text) for cell in row.select("td")]
        for row in soup(browser.get("weight/")).select("tbody tr")
    ]
    assert len(rows) == 13
    # Of the CSS: utilities grow ever slower, @apply goes on.
    assert rows[-1][0] - rows[6][0] < rows[-1][1] - rows[6][1]
    assert rows[-1][0] < rows[-1][1]


def test_the_served_style_sheet_is_this_build(browser):
    assert site.RESULT.read_text() == site.site_build().css, "run build_css"
    assert "The file that is served is the same text." in browser.get("site/").text


@pytest.mark.skipif(not (OXIDE.exists() and shutil.which("node")), reason="needs node_modules")
def test_the_scanner_finds_what_tailwinds_own_finds():
    files = [str(path) for path in [*site.sources(), Path(scan.__file__), site.HERE / "choices.py"]]
    script = (
        "const { Scanner } = require(process.argv[1]); const fs = require('fs');"
        "console.log(JSON.stringify(process.argv.slice(2).map((file) => new Scanner({ sources: [] })"
        ".scanFiles([{ content: fs.readFileSync(file, 'utf8'), extension: 'html' }]))))"
    )
    told = subprocess.run(
        ["node", "-e", script, str(OXIDE), *files], capture_output=True, text=True, check=True
    )
    for file, theirs in zip(files, json.loads(told.stdout), strict=True):
        differ = sorted(set(theirs) ^ set(scan.names_in(Path(file).read_text())))
        assert [name for name, rules, _ in engine.rules_of(site.ENTRY.read_text(), differ) if rules] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('class="{% if a %}p-4{% else %}p-8{% endif %}"', {"p-4", "p-8"}),
        ('class="text-{{ colour }}-700 p-4"', {"p-4"}),
        ("bg-[url('a.png')] [&>li]:mt-2 p-2!", {"bg-[url('a.png')]", "[&>li]:mt-2", "p-2!"}),
        ("w-1/2 p-1.5 -mt-2", {"w-1/2", "p-1.5", "-mt-2"}),
        ("{'ok': 'text-rose-700', \"no\": \"mt-1\"}", {"text-rose-700", "mt-1"}),
        ("x=p-4;y=m-2 (p-4) p-4,m-4", set()),
        ("bg-(--tint) before:content-['x_y']", {"bg-(--tint)", "before:content-['x_y']"}),
    ],
)  # fmt: skip
def test_names(text, found):
    made = {candidate.name for candidate in build(PLAIN, [text]).made}
    assert made == found


def test_classes_of_the_page():
    assert classes_of(LIST)[:2] == ["grid", "gap-4"]
