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


def turn_to(app: FrameLocator, name: str) -> None:
    link = app.get_by_role("navigation").get_by_role("link", name=name, exact=True)
    if link.get_attribute("aria-current") is None:
        link.click()
        expect(link).to_have_attribute("aria-current", "page")


def hand_in(app: FrameLocator, number: int, name: str, chosen: tuple = (), **filled: str) -> None:
    """`number` is the order's, so that its own confirmation is waited for."""
    turn_to(app, name)
    if chosen:
        app.get_by_label(chosen[0], exact=True).select_option(chosen[1])
    for label, value in filled.items():
        app.get_by_label(label.replace("_", " "), exact=True).fill(value)
    app.get_by_role("button", name="Hand it in").click()
    expect(app.get_by_role("status").first).to_contain_text(f"Order {number} is in the queue")


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    hand_in(app, 101, "Develop a roll", Frames="2")
    expect(app.locator(".job .state").first).to_have_text("SUCCESS", timeout=SOON)
    expect_ticked(page, 1)

    hand_in(app, 102, "Charge a card", ("The bank", "lost"), **{"… so many times": "1"})
    expect(app.locator(".job").first).to_contain_text("Booked at the bank: 2 times", timeout=SOON)
    expect_ticked(page, 2)
    hand_in(app, 103, "Charge a card", ("The bank", "busy"), **{"… so many times": "2"})
    expect(app.locator(".job .state").first).to_have_text("SUCCESS", timeout=SOON)
    expect_ticked(page, 3)

    hand_in(app, 104, "Remind a customer", In_so_many_seconds="20")
    turn_to(app, "Worker")
    expect(app.locator("main")).to_contain_text("Not before")
    turn_to(app, "Remind a customer")
    app.get_by_role("button", name="Revoke Order 104").click()
    expect(app.locator(".job .state").first).to_have_text("REVOKED", timeout=SOON)
    expect_ticked(page, 4)

    hand_in(app, 105, "Contact sheet", Frames="2", Torn_frame="2")
    expect_ticked(page, 5)

    turn_to(app, "Print a series")
    app.get_by_label("late, and given back if its process dies: reject_on_worker_lost").check()
    app.get_by_label("Pace").select_option("1.2")
    app.get_by_role("button", name="Hand it in").click()
    app.get_by_role("button", name="Kill its process").click(timeout=SOON)
    expect(app.get_by_role("status").first).to_contain_text("got SIGKILL")
    expect(app.locator(".job .state").first).to_have_text("SUCCESS", timeout=SOON)
    expect_ticked(page, 6)

    page.reload()
    expect_ticked(page, 6)
