"""axe on what a page turns into while it is used, in both themes; whole pages are in test_roadmap."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.people import (
    EXERCISE,
    LESSON,
    check,
    expect_result,
    more,
    open_exercise,
    run,
    sign_in,
    write_file,
)
from tests.stack import Stack

VIEWS = "parcels/views.py"
pytestmark = pytest.mark.parametrize("theme", ["light", "dark"])


def expect_accessible(page: Page) -> None:
    violations = Axe().run(page).response["violations"]
    told = [(found["id"], [node["target"] for node in found["nodes"]][:3]) for found in violations]
    assert told == [], page.url


def use(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")


def test_search(page: Page, theme: str):
    use(page, theme)
    page.goto("/search/?q=session")
    expect_accessible(page)
    page.goto(LESSON)
    page.keyboard.press("/")
    page.keyboard.type("cookie")
    expect(page.locator("dialog mark").first).to_be_visible()
    expect_accessible(page)
    page.locator("dialog input").fill("zzzz")
    expect(page.locator("dialog")).to_contain_text("Nothing found")
    expect_accessible(page)


def test_a_lesson_with_its_menus_and_answers(page: Page, theme: str):
    use(page, theme)
    page.goto(LESSON)
    page.locator(".syllabus summary").click()
    expect_accessible(page)
    page.keyboard.press("Escape")
    question = page.locator("form.quiz__question").first
    question.locator("input[name=answers]").first.check()
    question.get_by_role("button").click()
    expect(question.locator(".quiz__result")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="What is left").click()
    expect_accessible(page)


def test_mini_browser_console_and_x_ray(page: Page, theme: str):
    use(page, theme)
    open_exercise(page)
    run(page)
    write_file(page, VIEWS, "# something else\n")
    expect(page.locator("[data-browser=stale]")).to_be_visible()
    expect_accessible(page)
    page.locator("[data-tool=xray]").click()
    page.locator("#tool-xray summary").first.click()
    expect_accessible(page)
    page.locator("[data-tool=console]").click()
    for source in ("1 + 1", "1 / 0"):
        page.locator("#console-input").fill(source)
        page.keyboard.press("Enter")
    expect(page.locator(".problem-box")).to_contain_text("ZeroDivisionError", timeout=30_000)
    expect_accessible(page)


def test_results_and_dialogs_of_an_exercise(page: Page, theme: str):
    use(page, theme)
    open_exercise(page)
    for _ in range(3):
        check(page)
        expect_result(page, "not there yet")
    page.locator("[data-checks] details summary").first.click()
    expect_accessible(page)
    page.locator(".task-title").click()
    page.keyboard.press("?")
    expect_accessible(page)
    page.keyboard.press("Escape")
    more(page, "solution")
    expect(page.locator(".cm-mergeView")).to_be_visible()
    expect_accessible(page)
    page.keyboard.press("Escape")
    more(page, "attempts")
    page.locator("[data-review-list] button").first.click()
    expect(page.locator("[data-review-diff]")).to_contain_text("the same as your code")
    expect_accessible(page)
    page.keyboard.press("Escape")
    page.locator(".file-menu-button").click()
    page.locator("[data-file-action=create]").click()
    page.locator("#file-path").fill("../outside.py")
    page.keyboard.press("Enter")
    expect(page.locator("#file-why")).not_to_be_empty()
    expect_accessible(page)
    page.set_viewport_size({"width": 360, "height": 740})
    for pane in ("Task", "Code", "Results"):
        page.locator("[data-show-pane]").filter(has_text=pane).click()
        expect_accessible(page)


def test_accounts_and_mail(page: Page, stack: Stack, theme: str):
    use(page, theme)
    page.goto("/accounts/password/reset/")
    expect_accessible(page)
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.locator("main")).to_contain_text(re.compile("not correct|incorrect", re.IGNORECASE))
    expect_accessible(page)
    sign_in(page, stack.account("learner"))
    expect(page.locator(".account-button")).to_be_visible()
    page.locator(".account-button").click()
    expect_accessible(page)
    for path in ("/accounts/email/", "/accounts/password/change/", "/mailbox/", EXERCISE):
        page.goto(path)
        expect_accessible(page)
