"""Low Tide Records' missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

from tests.journeys.people import expect_complaint

LESSON = "/database/relationships/"
MISSIONS = 5


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def open_row(app: FrameLocator, name: str) -> None:
    """By the keyboard: the boxes of the drawing are links."""
    rows = app.get_by_role("link", name="All rows").first
    if rows.get_attribute("aria-current") != "page":
        rows.click()
        # The page before has such boxes too: pressing one of those would lead to it, and then to all rows.
        expect(rows).to_have_attribute("aria-current", "page")
    app.get_by_role("link", name=name, exact=True).press("Enter")
    expect(app.locator("svg a.focus")).to_have_count(1)


def join_band(app: FrameLocator, musician: str) -> None:
    app.get_by_role("link", name="Through").click()
    # Opened anew: what was said of the last one is gone when it is there.
    expect(app.locator("[role=status], [role=alert]")).to_have_count(0)
    app.get_by_label("Band", exact=True).select_option(label="The Slow Ferries")
    app.get_by_label("Musician", exact=True).select_option(label=musician)
    app.get_by_role("button", name="Write it").click()


def try_to_delete(app: FrameLocator, name: str, verdict: str, how: str = "row.delete()") -> None:
    open_row(app, name)
    app.get_by_role("link", name="Try to delete it").click()
    app.get_by_label(how, exact=True).check()
    app.get_by_role("button", name="Delete").click()
    expect(app.locator("#verdict")).to_have_text(verdict)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    open_row(app, "musician 4: Dov Amsel")
    expect(app.locator("main")).to_contain_text("RelatedObjectDoesNotExist")
    app.get_by_label("Stage name").fill("Dov the Drum")
    app.get_by_role("button", name="Create the profile").click()
    expect_ticked(page, 1)

    join_band(app, "Hana Sato")
    expect(app.get_by_role("status")).to_contain_text("+1")
    expect_ticked(page, 2)
    join_band(app, "Ada Okafor")
    expect(app.get_by_role("alert")).to_contain_text("UNIQUE constraint failed")
    expect_ticked(page, 3)

    try_to_delete(app, "tour 2: Small Rooms", "Refused by Django")
    try_to_delete(app, "band 2: Paper Lantern", "It would be deleted")
    expect_ticked(page, 4)

    try_to_delete(app, "label 1: Low Tide", "Refused by the database", "DELETE in SQL, past Django")
    expect_ticked(page, 5)

    page.reload()
    expect_ticked(page, 5)

    # A refusal is a page with the status 409, which Chromium reports as an error: three were asked for.
    expect_complaint(page, "409 (Conflict)", count=3)
