from __future__ import annotations

import tomllib

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.people import demo_frame, expect_complaint
from tests.stack import ROOT

ROWS = [
    row
    for track in sorted((ROOT / "lessons").glob("*/track.toml"))
    for row in tomllib.loads(track.read_text())["lesson"]
]
PAGES = {
    "roadmap": "/",
    "discussion": "/discussion/login_logout/",
    "lesson": "/authentication/login_logout/",
    "workspace": "/exercises/login_logout/repair_parcels/",
    "sign up": "/accounts/signup/",
    "sign in": "/accounts/login/",
    "not found": "/nowhere/",
}


def test_the_home_page_is_the_roadmap_with_all_its_rows(page: Page):
    page.goto("/")
    assert len(ROWS) == 26
    expect(page.locator("main h2")).to_have_count(6)
    text = " ".join(page.locator("main").inner_text().replace("`", "").split())
    for row in ROWS:
        name = row["feature"].partition(" – ")[0]
        assert name in text
        assert row["why"] in text


def test_every_row_can_be_opened(page: Page):
    """Authors may have added lessons of their own on the way: those are not looked at."""
    page.goto("/")
    expect(page.locator("main li", has_text="Not written yet")).to_have_count(0)
    links = page.locator("main li h3 a").evaluate_all("links => links.map((link) => link.pathname)")
    assert {path.strip("/").partition("/")[2] for path in links} >= {row["slug"] for row in ROWS}


def test_a_written_row_opens_its_lesson(page: Page):
    page.goto("/")
    page.get_by_role("link", name="Login/Signup & Logout").click()
    page.wait_for_url("**/authentication/login_logout/")
    for part in (
        "See it",
        "How it works",
        "Build it",
        "Break it",
        "In production",
        "Check yourself",
        "Go on",
    ):
        expect(page.get_by_role("heading", name=part, exact=True)).to_have_count(1)


def test_the_stage_is_as_high_as_what_is_in_it(page: Page):
    page.goto(PAGES["lesson"])
    stage = demo_frame(page).parent_frame
    assert stage is not None
    # Its height arrives by a message, and changes while the demo loads.
    hidden = "document.documentElement.scrollHeight - document.documentElement.clientHeight"
    for _ in range(100):
        if stage.evaluate(hidden) <= 0:
            break
        page.wait_for_timeout(100)
    assert stage.evaluate(hidden) <= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits_a_phone(page: Page, name: str, theme: str):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(PAGES[name])
    page.wait_for_load_state("networkidle")
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], [node["target"] for node in found["nodes"]][:3]) for found in violations] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    if name == "not found":
        expect_complaint(page, "404 (Not Found)")
