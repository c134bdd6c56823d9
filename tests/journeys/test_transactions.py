"""Quayside Savings' missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/database/transactions/"
MISSIONS = 7


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=30_000)


def open_page(app: FrameLocator, name: str) -> None:
    # The page before may be the same one: its form is not the one to fill in.
    with app.owner.page.expect_event("framenavigated", lambda frame: LESSON in frame.url):
        app.get_by_role("link", name=name, exact=True).click()
    expect(app.locator("#verdict")).to_have_count(0)


def transfer(app: FrameLocator, stop: str, atomic: bool) -> None:
    open_page(app, "Transfer")
    app.get_by_label("The power is cut").select_option(label=f"after “{stop}”")
    if atomic:
        app.get_by_label("In transaction.atomic()").check()
    app.get_by_role("button", name="Transfer").click()
    expect(app.locator("#verdict")).to_have_text("Stopped")


def choose(app: FrameLocator, page_name: str, button: str, verdict: str, *labels: str) -> None:
    open_page(app, page_name)
    for label in labels:
        app.get_by_label(label, exact=True).check()
    app.get_by_role("button", name=button).click()
    expect(app.locator("#verdict")).to_contain_text(verdict)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    transfer(app, "Take it from the payer", atomic=False)
    expect(app.get_by_role("status").first).to_contain_text("50.00 are missing")
    expect_ticked(page, 1)
    app.get_by_role("link", name="Books", exact=True).click()
    app.get_by_role("button", name="Put everything back").click()
    expect(app.locator(".audit")).to_contain_text("The books are right")

    transfer(app, "Take it from the payer", atomic=True)
    expect(app.locator(".audit")).to_contain_text("The books are right")
    expect_ticked(page, 2)
    transfer(app, "Mail a receipt", atomic=True)
    expect_ticked(page, 3)

    caught = "one atomic(), and the error is caught inside it"
    choose(app, "Payday", "Pay", "0 of 5 wages", caught)
    expect(app.locator("main")).to_contain_text("TransactionManagementError")
    expect_ticked(page, 4)
    choose(app, "Payday", "Pay", "4 of 5 wages", "one atomic(), and one more around each wage")
    expect_ticked(page, 5)

    choose(app, "Race", "Go", "are lost", "read, add, save()", "SQLite, no transaction")
    expect_ticked(page, 6)
    choose(app, "Race", "Go", "one was refused", "read, add, save()", "SQLite, atomic(), BEGIN")
    expect_ticked(page, 7)

    page.reload()
    expect_ticked(page, 7)

    # What went wrong is a page with the status 409, which Chromium reports as an error.
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    assert len(complaints) == 6 and all("409 (Conflict)" in complaint for complaint in complaints), complaints
    complaints.clear()
