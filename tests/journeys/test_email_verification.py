"""Harbour Notices' missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/authentication/email_verification/"
MISSIONS = 8
PASSWORD = "seven-runner-beans"
CODE = re.compile(r"[B-Z]{4}-[B-Z]{4}")


def open_stage(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def expect_heading(app: FrameLocator, words: str) -> None:
    expect(app.get_by_role("heading", name=words, exact=True)).to_be_visible()


def sign_up(app: FrameLocator, name: str, email: str) -> None:
    app.locator("header").get_by_role("link", name="Sign up").click()
    expect_heading(app, "Sign up")  # the page before may have a field of the same name
    app.get_by_label("Username").fill(name)
    app.get_by_label("Email").fill(email)
    app.get_by_label("Password").fill(PASSWORD)
    app.locator("main").get_by_role("button", name="Sign up").click()
    expect(app.get_by_role("heading", name="Sign up")).to_have_count(
        0, timeout=20_000
    )  # it hashes a password


def sign_out(app: FrameLocator) -> None:
    app.locator("header").get_by_role("button", name="Sign out").click()
    expect(app.locator("header").get_by_role("link", name="Sign up")).to_be_visible()


def pin(app: FrameLocator, text: str) -> None:
    app.get_by_label("Your notice").fill(text)
    app.get_by_role("button", name="Pin it").click()


def letter(stage: FrameLocator, subject: str, email: str):
    found = stage.locator("#mailbox details", has_text=subject).filter(has_text=f"to {email}").first
    expect(found).to_be_visible()
    if found.get_attribute("open") is None:
        found.locator("summary").click()
    return found.locator(".letter-text")


def choose_house(app: FrameLocator, way: str) -> None:
    app.locator("nav").get_by_role("link", name="Register").click()
    app.get_by_label("How addresses are confirmed").select_option(value=way)
    # What was chosen stands there before it is sent, too.
    press_for_a_new_page(app, "Set")
    expect(app.get_by_label("How addresses are confirmed")).to_have_value(way)


def enter(app: FrameLocator, code: str) -> None:
    app.get_by_label("Code").fill(code)
    press_for_a_new_page(app, "Confirm")


def press_for_a_new_page(app: FrameLocator, button: str) -> None:
    """The next page may look the same: a wrong code shows the form again."""
    app.locator("body").evaluate("body => { body.dataset.before = '' }")
    app.get_by_role("button", name=button, exact=True).click()
    expect(app.locator("body[data-before]")).to_have_count(0, timeout=20_000)


def test_every_mission_is_ticked(page: Page):
    stage = open_stage(page)
    app = stage.frame_locator('iframe[title="The app in browser 1"]')
    stage.get_by_role("button", name="Mail").click()

    sign_up(app, "mary", "mary@quay.example")
    expect(app.locator("header")).to_contain_text("mary")
    pin(app, "A net to mend.")
    expect_heading(app, "Confirm your address first")
    expect_ticked(page, 1)
    app.get_by_role("link", name="Back to the notices").click()
    pin(app, "A net to mend.")
    expect_heading(app, "Confirm your address first")
    expect_ticked(page, 2)

    link = letter(stage, "Confirm", "mary@quay.example").locator("a").first
    link.click()
    app.get_by_role("button", name="Yes, confirm it").click()
    expect(app.get_by_text("You have confirmed")).to_be_visible()
    pin(app, "A net to mend.")
    expect(app.get_by_text("Your notice is up.")).to_be_visible()
    expect_ticked(page, 3)
    link.click()
    expect_heading(app, "This link does not work")
    expect_ticked(page, 4)

    app.locator("nav").get_by_role("link", name="Address").click()
    app.get_by_label("Email").fill("mary@jetty.example")
    app.get_by_role("button", name="Change it").click()
    letter(stage, "Confirm", "mary@jetty.example").locator("a").first.click()
    app.get_by_role("button", name="Yes, confirm it").click()
    expect(letter(stage, "changed", "mary@quay.example")).to_contain_text("mary@jetty.example")
    expect_ticked(page, 5)
    sign_out(app)

    choose_house(app, "code")
    sign_up(app, "zoe", "zoe@quay.example")
    text = letter(stage, "Confirm", "zoe@quay.example")
    expect(text).to_contain_text(CODE)
    enter(app, CODE.search(text.inner_text())[0])
    expect(app.locator("header")).to_contain_text("zoe")
    expect_ticked(page, 6)
    sign_out(app)

    sign_up(app, "noa", "noa@quay.example")
    for _ in range(3):
        enter(app, "BBBB-BBBB")
    expect_heading(app, "Sign in")
    expect_ticked(page, 7)

    sign_up(app, "adam", "ada@analytical.example")
    expect_heading(app, "Enter the code")
    expect(letter(stage, "", "ada@analytical.example")).to_contain_text("already exists")
    expect_ticked(page, MISSIONS)
