"""The bird log's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, expect

from tests.stack import Stack

LESSON = "/apis/rest_framework/"
MISSIONS = 6


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def send(app: FrameLocator, title: str, status: str) -> None:
    app.get_by_role("button", name=title).click()
    app.get_by_role("button", name="Send", exact=True).click()
    expect(app.locator("#answer .status")).to_contain_text(status)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    app.get_by_text("Compose a query for").click()
    app.get_by_label("at_least").fill("50")
    app.get_by_label("ordering").select_option("-count")
    app.get_by_role("button", name="Send it").click()
    expect(app.locator("#answer")).to_contain_text("Brent Goose")
    expect_ticked(page, 1)

    app.get_by_role("group", name="Who asks").get_by_role("button", name="bo", exact=True).click()
    expect(app.get_by_role("button", name="bo", exact=True)).to_have_attribute("aria-pressed", "true")
    send(app, "Correct Ada's", "403")
    expect(app.locator("#answer")).to_contain_text("Only who saw it may change it.")
    expect_ticked(page, 2)
    send(app, "The feed, by cursor", "200")
    expect(app.locator("#answer")).to_contain_text("feed/?cursor=")
    send(app, "The feed, unjoined", "200")
    expect(app.locator("#answer")).to_contain_text("unjoined/?cursor=")
    expect_ticked(page, 3)

    app.get_by_role("link", name="Paging").click()
    for region in ("PageNumberPagination", "CursorPagination"):
        reader = app.get_by_role("region", name=region)
        reader.get_by_role("button", name="First page").click()
        expect(reader.get_by_role("listitem")).to_have_count(5)
        app.get_by_role("button", name="Somebody records a bird").click()
        expect(app.locator("#arrived")).to_contain_text("recorded, since")
        reader.get_by_role("button", name="Next page").click()
        expect(reader.get_by_role("listitem")).to_have_count(10)
    expect(app.get_by_text("came before", exact=True)).to_have_count(1)
    expect_ticked(page, 4)

    app.get_by_role("link", name="Permissions").click()
    for classes, status in (("[AllowAny]", "500"), ("[IsAuthenticated]", "403")):
        app.get_by_label("permission_classes").select_option(classes)
        app.get_by_role("button", name="Ask again").click()
        expect(app.get_by_role("caption")).to_have_text(classes)
        expect(app.get_by_role("row", name="POST a new one").get_by_role("cell").first).to_contain_text(
            status
        )
    expect_ticked(page, 5)

    app.get_by_role("link", name="Throttle").click()
    app.get_by_role("button", name="Ask six times").click()
    expect(app.locator("#answers")).to_contain_text("429 Retry-After")
    expect_ticked(page, 6)

    page.reload()
    expect_ticked(page, 6)
    # A refusal and a throttled answer are errors in Chromium's eyes: both were asked for.
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    assert [("403" in text, "429" in text) for text in complaints] == [(True, False), (False, True)], (
        complaints
    )
    complaints.clear()


def test_the_demo_is_accessible_in_the_dark_and_on_a_phone(page: Page, stack: Stack):
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 780})
    for path in ("", "paging/", "matrix/", "throttle/", "described/", "api/sightings/1/"):
        page.goto(f"{stack.demos_origin}{LESSON}{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
