"""The Rowing Club's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/security/password_hashing/"
MISSIONS = 7


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def sign_in(app: FrameLocator, name: str, password: str) -> None:
    app.get_by_label("Name").fill(name)
    app.get_by_label("Password:", exact=True).fill(password)
    app.locator("main").get_by_role("button", name="Sign in").click()
    expect(app.locator("section", has_text="Journal").locator("tbody tr").first).to_contain_text(name)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    app.get_by_role("button", name="Measure now").click()
    expect(app.get_by_role("status")).to_contain_text("measured")
    expect_ticked(page, 1)

    app.get_by_role("link", name="Anatomy").click()
    for method, words in (("MD5, bare", "Twice the same"), ("PBKDF2", "Two different hashes")):
        app.get_by_label("Method").select_option(label=method)
        app.get_by_label("Password").fill("dragonfly")
        app.get_by_role("button", name="Hash it twice").click()
        expect(app.locator("main")).to_contain_text(words)
    expect_ticked(page, 2)

    app.get_by_role("link", name="Raid").click()
    app.get_by_role("button", name="Guess for half a second").click()
    expect(app.locator(".found")).to_have_count(2)
    expect_ticked(page, 3)

    app.get_by_role("link", name="PBKDF2").click()
    app.get_by_role("button", name="Keep guessing").click()  # by the page's script, request after request
    expect_ticked(page, 4)
    app.get_by_role("button", name="Stop").click()
    expect(app.locator("#scene")).to_contain_text("not yet")

    app.get_by_role("link", name="Members").click()
    sign_in(app, "cora", "seven-oars-at-dawn")
    expect_ticked(page, 5)
    sign_in(app, "dora", "anything")
    sign_in(app, "zoe", "anything")
    expect_ticked(page, 6)
    app.get_by_role("button", name="Wrap the bare rows").click()
    expect(app.get_by_role("status")).to_contain_text("2 rows wrapped")
    sign_in(app, "ada", "dragonfly")
    expect_ticked(page, MISSIONS)
