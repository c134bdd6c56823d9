"""The Reading Room's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Locator, Page, expect

LESSON = "/authentication/login_logout/"
MISSIONS = 5
ADA = "analytical-engine"


def open_stage(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe")


def browser_of(stage: FrameLocator, number: int = 1) -> FrameLocator:
    return stage.frame_locator(f'iframe[title="The app in browser {number}"]')


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def press(app: FrameLocator, control: Locator) -> None:
    """And wait for the page that it leads to, lest the old one is typed into on a busy machine."""
    app.locator("body").evaluate("body => { body.dataset.old = 1 }")
    control.click()
    expect(app.locator("body:not([data-old]) main")).to_be_visible()


def link(app: FrameLocator, name: str) -> None:
    press(app, app.get_by_role("link", name=name, exact=True))


def sign_in(app: FrameLocator, name: str, password: str) -> None:
    app.get_by_label("Username").fill(name)
    app.get_by_label("Password").fill(password)
    press(app, app.get_by_role("main").get_by_role("button", name="Sign in"))


def sign_out(app: FrameLocator) -> None:
    press(app, app.get_by_role("button", name="Sign out"))


def test_every_mission_is_ticked(page: Page):
    stage = open_stage(page)
    app = browser_of(stage)
    press(app, app.get_by_role("button", name="Put").first)
    link(app, "Sign in")
    sign_in(app, "ada", ADA)
    expect_ticked(page, 1)

    sign_out(app)
    link(app, "Sign in again")
    sign_in(app, "ada", "difference-engine")
    expect(app.locator(".errorlist")).to_contain_text("correct username and password")
    sign_in(app, "nobody-at-all", "difference-engine")
    expect_ticked(page, 2)

    link(app, "Desk")
    sign_in(app, "ada", ADA)
    expect(app.get_by_role("heading", level=1)).to_have_text("ada’s desk")
    expect_ticked(page, 3)

    sign_out(app)
    link(app, "Shelf")
    link(app, "Sign in at the Reading Room")
    sign_in(app, "ada", ADA)
    expect(app.get_by_role("heading", level=1)).to_have_text("The shelf")
    expect_ticked(page, 4)

    stage.get_by_role("button", name="Two side by side").click()
    other = browser_of(stage, 2)
    link(other, "Sign in")
    sign_in(other, "grace", "nanosecond-wire")
    link(other, "Sessions")
    expect(other.locator("main")).to_contain_text("grace this browser")
    sign_out(app)
    expect_ticked(page, MISSIONS)

    page.reload()
    expect_ticked(page, MISSIONS)
