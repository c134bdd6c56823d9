"""Coming back: the page of a lesson and the home page know where one was."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.people import LESSON


def test_a_lesson_offers_to_go_on_where_one_was_and_home_leads_there(page: Page):
    page.goto("/")
    expect(page.locator(".next-step__button")).to_have_text("Start here")
    page.goto(LESSON)
    expect(page.locator(".resume")).to_have_count(0)
    heading = page.get_by_role("heading", name="In production", exact=True)
    anchor = heading.get_attribute("id")
    with page.expect_response("**/progress/place/") as noted:
        heading.evaluate("element => element.scrollIntoView({block: 'start'})")
    assert noted.value.status == 204
    page.goto(LESSON)
    offer = page.locator(".resume")
    expect(offer).to_contain_text("In production")
    offer.get_by_role("link").click()
    expect(heading).to_be_in_viewport()
    page.goto("/")
    button = page.locator(".next-step__button")
    expect(button).to_have_text("Continue")
    assert (button.get_attribute("href") or "").endswith(f"{LESSON}#{anchor}")


def test_any_lesson_leads_to_any_other(page: Page):
    page.goto(LESSON)
    page.locator(".syllabus summary").click()
    page.locator(".syllabus").get_by_role("link", name="Aggregation and annotation").click()
    page.wait_for_url("**/database/aggregation/")
    expect(page.locator(".syllabus [aria-current=page]")).to_have_count(1)
