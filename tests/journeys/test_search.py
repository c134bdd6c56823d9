"""Looking something up, by mouse, by keyboard, and without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import EXERCISE
from tests.stack import Stack

DIALOG = "dialog.search-dialog"


def test_slash_opens_the_search_and_arrows_lead_to_a_section(page: Page):
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("session cook")
    dialog = page.locator(DIALOG)
    expect(dialog.locator("mark").filter(has_text=re.compile("cook", re.IGNORECASE)).first).to_be_visible()
    expect(dialog.get_by_role("status")).to_contain_text(re.compile(r"\d+ places? in \d+ lesson"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    place = dialog.locator(".search-place").first
    expect(place).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/authentication/login_logout/#"))
    anchor = page.url.partition("#")[2]
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()


def test_escape_leads_back_to_where_one_was(page: Page):
    page.goto("/")
    link = page.locator("[data-search-open]")
    link.click()
    expect(page.locator(f"{DIALOG} input")).to_be_focused()
    first = page.locator(f"{DIALOG} [data-result]").first
    expect(first).to_be_visible(timeout=20_000)
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.type("zzzz")
    expect(page.locator(DIALOG)).to_contain_text("Nothing found")
    page.keyboard.press("Escape")
    expect(page.locator(DIALOG)).to_be_hidden()
    expect(link).to_be_focused()


def test_a_slash_in_the_code_is_a_slash(page: Page):
    page.goto(EXERCISE)
    page.locator(".cm-content").click()
    page.keyboard.type("# a/b")
    expect(page.locator(".cm-content")).to_contain_text("# a/b")
    expect(page.locator(DIALOG)).to_have_count(0)


def test_without_javascript_the_page_does_the_same(browser: Browser, stack: Stack):
    context = browser.new_context(base_url=stack.origin, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("header").get_by_role("link", name="Search").click()
    page.get_by_label("What to look for").fill("annotate")
    page.locator("main").get_by_role("button", name="Search").click()
    page.locator(".search-place").first.click()
    expect(page).to_have_url(re.compile("/database/aggregation/"))
    context.close()
