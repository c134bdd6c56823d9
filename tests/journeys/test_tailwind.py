"""Saddle Huts' missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/frontend/tailwind/"
MISSIONS = 6


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def change(app: FrameLocator, label: str, old: str, new: str) -> None:
    """Type over a part of what stands in the field; the page compiles by itself."""
    field = app.get_by_label(label, exact=True)
    expect(field).to_have_value(re.compile(re.escape(old)))
    field.fill(field.input_value().replace(old, new, 1))


def open_component(app: FrameLocator, name: str) -> None:
    app.get_by_role("link", name="Workbench").click()
    expect(app.locator("nav [aria-current=true]")).to_have_text("Hut card")
    if name != "Hut card":
        app.get_by_role("link", name=name).click()
    expect(app.locator("nav [aria-current=true]")).to_have_text(name)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    open_component(app, "List of huts")
    change(app, "HTML", "grid gap-4", "grid gap-4 md:grid-cols-2")
    expect(app.locator("#result")).to_contain_text("md:grid-cols-2")
    expect_ticked(page, 1)

    open_component(app, "Notice")
    app.get_by_label("Dark", exact=True).check()
    change(app, "HTML", "bg-amber-50", "bg-amber-50 dark:bg-amber-950 dark:text-amber-100")
    expect_ticked(page, 2)

    open_component(app, "Hut card")
    change(app, "HTML", "text-slate-600", "text-slat-600")
    expect(app.locator("#nothing-title")).to_be_visible()
    expect_ticked(page, 3)
    app.get_by_text("The entry: imports").click()
    change(app, "Entry", "--font-sign", "--color-larch: #a16207;\n  --font-sign")
    change(app, "HTML", "h-32 bg-spruce", "h-32 bg-larch")
    expect(app.locator("#result")).to_contain_text("var(--color-larch)")
    expect_ticked(page, 4)
    # Three windows, as wide as they say: in the widest two the card lies on its side.
    frames = app.locator("[data-screen] iframe")
    expect(frames).to_have_count(3)
    beside = [
        frames.nth(n).content_frame.locator("article").evaluate("card => getComputedStyle(card).display")
        for n in range(3)
    ]
    assert beside == ["block", "flex", "flex"]

    app.get_by_role("link", name="Detection").click()
    expect(app.locator("#verdict")).to_contain_text("6 classes of the page have no CSS")
    app.get_by_label("and @source inline").fill("bg-{emerald,amber,rose}-100 text-{emerald,amber,rose}-900")
    app.get_by_role("button", name="Build and render").click()
    expect(app.locator("#verdict")).to_contain_text("Every class of the page has its CSS")
    expect_ticked(page, 5)

    app.get_by_label("Hue").first.fill("300")
    app.get_by_role("button", name="Paint Saddle Hut").click()
    expect(app.get_by_role("status").first).to_contain_text("a hue of 300")
    app.get_by_label("one name, and a number").check()
    app.get_by_role("button", name="Build and render").click()
    expect(app.locator("#verdict")).to_contain_text("Every class of the page has its CSS")
    expect_ticked(page, 6)

    page.reload()
    expect_ticked(page, 6)
