"""Silver Grain's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/apis/celery_redis/"
MISSIONS = 6
SOON = 60_000  # the worker starts with the first visit


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=SOON)


def hand_in(app: FrameLocator, page_name: str, **fields: str) -> None:
    app.get_by_role("navigation").get_by_role("link", name=page_name, exact=True).click()
    for label, value in fields.items():
        field = app.get_by_label(label.replace("_", " "), exact=True)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    app.get_by_role("button", name="Hand it in").click()
    expect(app.get_by_role("status").first).to_contain_text("is in the queue")


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    hand_in(app, "Develop a roll", Frames="2")
    expect(app.locator(".job .state").first).to_have_text("SUCCESS", timeout=SOON)
    expect_ticked(page, 1)

    hand_in(app, "Charge a card", The_bank="lost", **{"… so many times": "1"})
    expect(app.locator(".job").first).to_contain_text("Booked at the bank: 2 times", timeout=SOON)
    expect_ticked(page, 2)
    hand_in(app, "Charge a card", The_bank="busy", **{"… so many times": "2"})
    expect(app.locator(".job .state").first).to_have_text("SUCCESS", timeout=SOON)
    expect_ticked(page, 3)

    hand_in(app, "Remind a customer", In_so_many_seconds="20")
    app.get_by_role("link", name="Worker", exact=True).click()
    expect(app.locator("main")).to_contain_text("Not before")
    app.get_by_role("link", name="Remind a customer").click()
    app.get_by_role("button", name="Revoke").first.click()
    expect(app.locator(".job .state").first).to_have_text("REVOKED", timeout=SOON)
    expect_ticked(page, 4)

    hand_in(app, "Contact sheet", Frames="2", Torn_frame="2")
    expect_ticked(page, 5)

    app.get_by_role("link", name="Print a series").click()
    app.get_by_label("late, and given back if its process dies: reject_on_worker_lost").check()
    app.get_by_label("Pace").select_option("1.2")
    app.get_by_role("button", name="Hand it in").click()
    app.get_by_role("button", name="Kill its process").click(timeout=SOON)
    expect(app.get_by_role("status").first).to_contain_text("got SIGKILL")
    expect(app.locator(".job .state").first).to_have_text("SUCCESS", timeout=SOON)
    expect_ticked(page, 6)

    page.reload()
    expect_ticked(page, 6)
