"""The text's numbers and claims, tried on the demo's own build. A changed seed has to change the text."""

import re
from pathlib import Path

from lessons.frontend.tailwind.demo import weight
from lessons.frontend.tailwind.demo.build import build
from lessons.frontend.tailwind.demo.models import Component
from lessons.frontend.tailwind.demo.seed import CARD, COMPONENTS, ENTRY

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()
PLAIN = '@import "tailwindcss";'


def made(text: str, css: str = PLAIN) -> list[str]:
    return [candidate.name for candidate in build(css, [text]).made]


def rule(name: str, css: str = PLAIN) -> str:
    [candidate] = build(css, [name]).made
    return candidate.shown


def test_the_card():
    built = build(ENTRY, [CARD])
    assert f"the style sheet of the card has {len(built.made)} classes" in TEXT
    sizes = {layer.name: layer.bytes for layer in built.layers}
    for name in ("theme", "base", "utilities"):
        assert re.search(rf"\| `{name}` \|.*\| {sizes[name]:,} \|", TEXT)
    [block] = [block for block in re.findall(r"```css\n(.*?)```", TEXT, re.DOTALL) if "w-40" in block]
    assert rule("md:w-40") == block.strip()


def test_the_weight():
    components = [Component(title=title, slug=slug, markup=markup) for slug, title, markup in COMPONENTS]
    steps = weight.steps(components)
    last = steps[-1]
    assert last.pieces == 13
    assert f"{last.utilities:,} bytes of CSS, `@apply` {last.applied:,}" in TEXT
    assert all(step.applied_gzipped < step.utilities_gzipped for step in steps)


def test_words_that_come_out_and_words_that_do_not():
    assert made("w-41 w-4o md-flex p-4px text-slat-600") == ["w-41"]
    assert made("The rest is hidden") == ["hidden"]
    assert made("tw:flex flex", f"{PLAIN[:-1]} prefix(tw);") == ["tw:flex"]


def test_any_value_in_brackets():
    assert "width: 37ch" in rule("w-[37ch]")
    assert "grid-template-columns: 1fr 2fr" in rule("grid-cols-[1fr_2fr]")
    assert "background-color: var(--tint)" in rule("bg-(--tint)")


def test_the_order_is_the_sheets():
    assert made("md:p-8 p-4") == ["p-4", "md:p-8"]
    assert made("bg-white bg-stone-900") == ["bg-stone-900", "bg-white"]
    assert made("p-8 p-2") == ["p-2", "p-8"]


def test_breakpoints_are_minimum_widths_in_rem():
    for name, width in (("sm", 40), ("md", 48), ("lg", 64), ("xl", 80), ("2xl", 96)):
        assert f"(width >= {width}rem)" in rule(f"{name}:p-1")
        assert f"{width * 16:,}" in TEXT
    assert "(width < 40rem)" in rule("max-sm:hidden")


def test_hover_is_not_for_touch():
    assert "@media (hover: hover)" in rule("hover:underline")
    assert ":focus-visible" in rule("focus-visible:underline")
    assert rule("dark:md:hover:bg-slate-800").count("@media") == 3


def test_the_dark():
    assert "(prefers-color-scheme: dark)" in rule("dark:p-1")
    [variant] = re.findall(r"^@custom-variant.*?^\);$", TEXT, re.MULTILINE | re.DOTALL)
    assert '[data-theme="dark"]' in rule("dark:p-1", PLAIN + variant)
    assert "prefers" not in rule("dark:p-1", PLAIN + variant)


def test_a_token_is_several_utilities_and_inline_is_its_value():
    names = ["bg-spruce", "border-spruce", "text-spruce/50"]
    assert sorted(made(" ".join(names), ENTRY)) == sorted(names)
    assert "var(--surface)" in rule("bg-s", PLAIN + "@theme inline { --color-s: var(--surface); }")
    assert "var(--color-s)" in rule("bg-s", PLAIN + "@theme { --color-s: var(--surface); }")


def test_a_utility_of_ones_own_takes_variants():
    assert "@media" in rule("md:glow", PLAIN + "@utility glow { text-shadow: 0 0 3px red; }")


def test_outline_none_leaves_its_style_behind():
    assert "--tw-outline-style: none" in rule("outline-none")
    assert "outline-style: var(--tw-outline-style)" in rule("focus-visible:outline-2")


def test_inline_makes_what_nobody_uses():
    css = build(f'{PLAIN} @source inline("bg-{{sky,rose}}-100");', []).css
    assert ".bg-sky-100 {" in css
    assert ".bg-rose-100 {" in css
