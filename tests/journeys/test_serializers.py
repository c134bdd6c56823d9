"""Stockpot's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, expect

from tests.stack import Stack

LESSON = "/apis/serializers/"
MISSIONS = 6


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def expect_verdict(app: FrameLocator, words: str) -> None:
    expect(app.locator("#verdict")).to_contain_text(words)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    expect_verdict(app, "200: valid, saved and rolled back.")
    body = app.get_by_label("Body, JSON")

    recipe = json.loads(body.input_value())
    recipe["ingredients"][1]["amount"] = "a lot"
    body.fill(json.dumps(recipe, indent=2))
    expect_verdict(app, "400: 1 error.")
    expect(app.locator("#gutter .bad")).to_have_count(1)
    app.get_by_role("button", name="ingredients › 1 › amount").click()
    assert body.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == '"a lot"'
    expect_ticked(page, 1)

    app.get_by_role("button", name="A good one").click()
    expect_verdict(app, "200")
    app.get_by_role("button", name="Keep it").click()
    expect_verdict(app, "201: valid, and kept.")
    expect_ticked(page, 2)

    app.get_by_role("button", name="A field that is read-only").click()
    expect_verdict(app, "200")
    app.get_by_label("Serializer").select_option("StrictRecipe")
    expect_verdict(app, "400: 2 errors.")
    expect_ticked(page, 3)

    app.get_by_label("Serializer").select_option("RecipeSerializer")
    app.get_by_label("Onto").select_option("Onion Soup")
    expect_verdict(app, "200")
    app.get_by_label("Method").select_option("PATCH")
    body.fill('{"servings": 5}')
    expect(app.locator("td.changed")).to_have_text("5")
    app.get_by_role("button", name="Keep it").click()
    expect_verdict(app, "200: valid, and kept.")
    expect_ticked(page, 4)

    app.get_by_role("button", name="Nested, and nobody saves it").click()
    expect(app.locator(".raised")).to_contain_text("AssertionError")
    expect_ticked(page, 5)

    app.get_by_role("button", name="Twice, and unchecked").click()
    expect(app.locator(".raised")).to_contain_text("IntegrityError")
    app.get_by_role("button", name="Keep it").click()
    expect_ticked(page, 6)

    page.reload()
    expect_ticked(page, 6)
    # What was refused is an error in Chromium's eyes.
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    assert all("400" in words or "500" in words for words in complaints), complaints
    complaints.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_demo_is_accessible(stack: Stack, page: Page, scheme: str):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 780})
    home = f"{stack.demos_origin}{LESSON}"
    for path in ("printed/", "shapes/", ""):
        page.goto(f"{home}{path}")
        expect_clean(page)
    expect(page.locator("#verdict")).to_contain_text("200")
    expect_clean(page)
    page.get_by_role("button", name="Wrong in the depth").click()
    expect(page.locator("#at li")).to_have_count(3)
    expect_clean(page)
    page.complaints[:] = [words for words in page.complaints if "400" not in words]  # type: ignore[attr-defined]


def expect_clean(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
