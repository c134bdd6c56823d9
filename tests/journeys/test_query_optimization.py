"""Night Mail's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/database/query_optimization/"
MISSIONS = 5


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    app = page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")
    # A server that has just started is still making the rows; its page looks again by itself.
    expect(app.get_by_role("heading", name="parcels, seven times")).to_be_visible(timeout=60_000)
    return app


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def ask(app: FrameLocator, question: str, indexes: str) -> None:
    app.get_by_role("radio", name=question).check()
    app.get_by_label("Indexes", exact=True).select_option(label=indexes)
    app.get_by_role("button", name="Ask").click()
    result = app.locator("#result")
    expect(result.get_by_role("heading", name=question)).to_be_visible()
    expect(result).to_contain_text(f"indexes: {indexes}")


def make_list(app: FrameLocator, way: str, queries: str) -> None:
    app.get_by_role("radio", name=way).check()
    app.get_by_role("button", name="Make the list").click()
    expect(app.locator(".figure")).to_contain_text(queries)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    ask(app, "A depot's board", "none")
    expect(app.locator("#result")).to_contain_text("reads the whole table")
    ask(app, "A depot's board", "single")
    expect(app.locator("#result .mark")).to_have_text("sorts by itself")
    ask(app, "A depot's board", "composite")
    expect(app.locator("#result .mark")).to_have_count(0)
    expect_ticked(page, 1)

    ask(app, "One day, by a function", "single")
    expect(app.locator("#result")).to_contain_text("SCAN parcel")
    ask(app, "The same day, by a range", "single")
    expect(app.locator("#result")).to_contain_text("parcel_posted")
    expect_ticked(page, 2)

    app.get_by_role("link", name="Lists").click()
    make_list(app, "parcels_plain", "51 queries")
    make_list(app, "parcels_joined", "1 query")
    expect_ticked(page, 3)

    app.get_by_role("link", name="Columns").click()
    app.get_by_role("link", name="Read the note").click()
    expect(app.locator(".figure")).to_contain_text("101 queries")
    expect_ticked(page, 4)

    app.get_by_role("link", name="Pages", exact=True).click()
    app.get_by_role("link", name="Last").click()
    expect(app.locator("tbody")).to_contain_text("NM-0000001")
    app.get_by_role("link", name="The same rows, by key").click()
    expect(app.locator(".lead")).to_contain_text("By the last key seen")
    expect(app.locator("tbody")).to_contain_text("NM-0000001")
    expect_ticked(page, 5)

    page.reload()
    expect_ticked(page, 5)
    # While the rows are being made, the answer is 503, which Chromium reports.
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    assert all("503" in complaint for complaint in complaints), complaints
    complaints.clear()
