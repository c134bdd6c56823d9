"""The mini browser: its history, what a page brings with it, and what it says when something is off."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, Page, Route, expect

from tests.journeys.people import expect_complaint, open_exercise, put_draft, run, write_file

BASE = "parcels/templates/parcels/base.html"
STYLED = {
    "parcels/static/parcels/look.css": "h1, main { color: rgb(1, 2, 3) }",
    "parcels/static/parcels/act.js": 'document.title = "by the script"; document.body.dataset.ran = "yes";',
    "parcels/templates/parcels/home.html": """{% load static %}<!doctype html>
<html lang="en"><head><title>Styled</title>
<link rel="stylesheet" href="{% static 'parcels/look.css' %}">
<script src="{% static 'parcels/act.js' %}" defer></script></head>
<body><main>Styled</main><a href="/login/">Sign in</a>
<script>
  document.body.dataset.origin = self.origin;
  const tell = (words) => (document.body.dataset.site = words);
  fetch("/accounts/login/").then(() => tell("reached"), () => tell("kept away"));
</script></body></html>""",
}


def frame(page: Page) -> FrameLocator:
    return page.frame_locator("[data-browser=frame]")


def test_back_and_forward_go_through_the_pages_of_the_project(page: Page):
    open_exercise(page)
    before = page.url
    run(page)
    frame(page).get_by_role("link", name="Sign in").click()
    address, status = page.locator("[data-browser=address]"), page.locator("[data-browser=status]")
    expect(address).to_have_value("/login/")
    back, forward = page.locator("[data-browser=back]"), page.locator("[data-browser=forward]")
    expect(forward).to_have_attribute("aria-disabled", "true")
    back.click()
    expect(status).to_contain_text("GET /: 200")
    expect(address).to_have_value("/")
    forward.click()
    expect(status).to_contain_text("GET /login/: 200")
    address.fill("/nowhere/")
    page.keyboard.press("Enter")
    expect(status).to_contain_text("404")
    # The site's own history has none of these pages.
    assert page.url == before
    assert page.evaluate("history.length") <= 2


def test_a_page_brings_its_styles_and_scripts_and_stays_a_stranger(page: Page):
    page.expected += [  # type: ignore[attr-defined]  # the fetch that is refused
        "violates the following Content Security Policy directive",
        "it violates the document's Content Security Policy",
    ]
    open_exercise(page)
    put_draft(page, STYLED)
    page.reload()
    run(page)
    main, body = frame(page).locator("main"), frame(page).locator("body")
    expect(main).to_have_css("color", "rgb(1, 2, 3)")
    expect(body).to_have_attribute("data-ran", "yes")
    expect(body).to_have_attribute("data-origin", "null")
    expect(body).to_have_attribute("data-site", "kept away")
    frame(page).get_by_role("link", name="Sign in").click()
    expect(page.locator("[data-browser=address]")).to_have_value("/login/")


def test_it_says_when_the_code_has_changed_since_the_run(page: Page):
    open_exercise(page)
    run(page)
    stale = page.locator("[data-browser=stale]")
    expect(stale).to_be_hidden()
    write_file(page, BASE, "<h1>Another page</h1>")
    expect(stale).to_be_visible()
    stale.get_by_role("button").click()
    expect(frame(page).locator("h1")).to_have_text("Another page")
    expect(stale).to_be_hidden()


def test_it_says_when_links_of_the_page_cannot_be_heard(page: Page):
    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/preview-bridge*.js", refuse)
    open_exercise(page)
    run(page)
    expect(page.locator("[data-browser=problem]")).to_contain_text("Links and forms in this page do not work")
    page.unroute("**/preview-bridge*.js")
    page.locator("[data-browser=reload]").click()
    frame(page).get_by_role("link", name="Sign in").click()
    expect(page.locator("[data-browser=address]")).to_have_value("/login/")
    expect(page.locator("[data-browser=problem]")).to_be_empty()
    expect_complaint(page, "net::ERR_FAILED")  # the script that was kept away


def test_a_link_out_of_the_project_is_not_followed(page: Page):
    open_exercise(page)
    write_file(page, BASE, '<a href="https://example.com/">Away</a>')
    run(page)
    frame(page).get_by_role("link", name="Away").click()
    expect(page.locator("[data-browser=problem]")).to_contain_text(re.compile("outside your project"))


def test_a_template_with_a_tag_left_open_is_marked(page: Page):
    open_exercise(page)
    write_file(page, BASE, "<main>{% if customer %}{{ customer }}</main>")
    mark = page.locator(".cm-lintRange-error")
    expect(mark.first).to_have_text("{% if customer %}")
    mark.first.hover()
    expect(page.locator(".cm-tooltip-lint")).to_contain_text("has no {% endif %}")
