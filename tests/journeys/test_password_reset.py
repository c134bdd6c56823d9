"""The Left Luggage office's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/authentication/password_reset/"
MISSIONS = 6
NEW = "seven-runner-beans"


def open_stage(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe")


def browser_of(stage: FrameLocator, number: int = 1) -> FrameLocator:
    return stage.frame_locator(f'iframe[title="The app in browser {number}"]')


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def expect_heading(app: FrameLocator, words: str) -> None:
    expect(app.get_by_role("heading", name=words, exact=True)).to_be_visible()


def sign_in(app: FrameLocator, name: str, password: str) -> None:
    app.locator("header").get_by_role("link", name="Sign in").click()
    expect_heading(app, "Sign in")
    app.get_by_label("Username").fill(name)
    app.get_by_label("Password").fill(password)
    app.locator("main").get_by_role("button", name="Sign in").click()
    expect_heading(app, f"{name}’s account")


def ask(app: FrameLocator, email: str) -> None:
    app.locator("header").get_by_role("link", name="Sign in").click()
    app.get_by_role("link", name="Forgot the password?").click()
    app.get_by_label("Email").fill(email)
    app.get_by_role("button", name="Send me a link").click()
    expect_heading(app, "Look at your mail")


def click_link(stage: FrameLocator, address: str, number: int) -> None:
    """Click the link in the latest of the `number` letters to this address."""
    letters = stage.locator("#mailbox details", has_text=f"to {address}")
    expect(letters).to_have_count(number)
    if letters.first.get_attribute("open") is None:
        letters.first.locator("summary").click()
    letters.first.locator(".letter-text a").click()


def set_password(app: FrameLocator, password: str) -> None:
    expect_heading(app, "A new password")
    app.get_by_label("New password:", exact=True).fill(password)
    app.get_by_label("New password confirmation").fill(password)
    app.get_by_role("button", name="Set the password").click()
    expect(app.get_by_role("heading", name="A new password")).to_have_count(0)


def turn(app: FrameLocator, field: str, choice: str) -> None:
    app.get_by_role("link", name="Workbench", exact=True).click()
    app.get_by_label(field).select_option(label=choice)
    app.get_by_role("button", name="Set", exact=True).click()
    expect(app.get_by_label(field).locator("option:checked")).to_have_text(choice)


def test_every_mission_is_ticked(page: Page):
    stage = open_stage(page)
    app = browser_of(stage)
    stage.get_by_role("button", name="Mail").click()

    ask(app, "ada@analytical.example")
    click_link(stage, "ada@analytical.example", 1)
    set_password(app, NEW)
    sign_in(app, "ada", NEW)
    expect_ticked(page, 1)
    app.get_by_role("button", name="Sign out").click()

    click_link(stage, "ada@analytical.example", 1)
    expect_heading(app, "This link does not work")
    expect_ticked(page, 2)

    ask(app, "grace@navy.example")
    sign_in(app, "grace", "nanosecond-wire")
    click_link(stage, "grace@navy.example", 1)
    expect_heading(app, "This link does not work")
    expect_ticked(page, 3)
    app.get_by_role("button", name="Sign out").click()

    ask(app, "ada@analytical.example")
    turn(app, "The generator’s clock", "73 hours ahead")
    click_link(stage, "ada@analytical.example", 2)
    expect_heading(app, "This link does not work")
    expect_ticked(page, 4)
    turn(app, "The generator’s clock", "Shows the time")

    stage.get_by_role("button", name="Two side by side").click()
    other = browser_of(stage, 2)
    for browser in (app, other):
        sign_in(browser, "ada", NEW)
    app.get_by_role("link", name="Change it", exact=True).click()
    app.get_by_label("Old password").fill(NEW)
    app.get_by_label("New password:", exact=True).fill("nine-runner-beans")
    app.get_by_label("New password confirmation").fill("nine-runner-beans")
    app.get_by_role("button", name="Change it").click()
    expect(app.get_by_text("flushed, anonymous")).to_be_visible()
    other.get_by_role("link", name="Account", exact=True).click()
    expect_heading(other, "Sign in")
    expect_ticked(page, 5)

    app.get_by_role("button", name="Sign out").click()
    turn(app, "How letters are sent", "In the request; the mail server takes 0.8 s")
    ask(app, "nobody@nowhere.example")
    ask(app, "ada@analytical.example")
    expect_ticked(page, MISSIONS)
