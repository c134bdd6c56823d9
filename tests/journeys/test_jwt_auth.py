"""Kestrel Lockers' missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/apis/jwt_auth/"
MISSIONS = 7


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def expect_answer(app: FrameLocator, status: str, text: str) -> None:
    expect(app.locator("#answer .status")).to_contain_text(status)
    expect(app.locator("#answer")).to_contain_text(text)


def press(app: FrameLocator, name: str) -> None:
    app.get_by_role("button", name=name, exact=True).click()


def ask(app: FrameLocator, what: str, by: str, status: str, text: str) -> None:
    app.get_by_label(what, exact=True).check()
    app.get_by_label(by, exact=True).check()
    press(app, "Send")
    expect_answer(app, status, text)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    press(app, "Obtain a pair of JWTs")
    expect(app.locator("#keys h3")).to_have_count(2)
    expect(app.locator("#keys .part-payload").nth(1)).to_contain_text('"courier": false')
    ask(app, "Open locker 2", "the access token", "200", "Bicycle lamps")
    expect_ticked(page, 1)

    press(app, "+6 min")
    expect(app.locator(".clock")).to_contain_text("fast by 0:06:00")
    expect(app.locator("#keys .left.over")).to_have_count(1)
    ask(app, "My parcels", "the access token", "401", "Token is expired")
    press(app, "Refresh")
    expect(app.locator("#keys h3")).to_have_count(3)
    expect_answer(app, "200", "access")
    ask(app, "My parcels", "the access token", "200", "JWTAuthentication")
    expect_ticked(page, 2)

    press(app, "Refresh with the old one")
    expect_answer(app, "401", "Token is blacklisted")
    expect_ticked(page, 3)
    press(app, "Log out")
    expect_answer(app, "200", "token/logout/")
    ask(app, "My parcels", "the access token", "200", "JWTAuthentication")
    expect_ticked(page, 4)

    press(app, "Obtain a DRF token")
    expect_answer(app, "200", "drf-token/")
    ask(app, "My parcels", "the DRF token", "200", "TokenAuthentication")
    press(app, "Delete it on the server")
    expect_answer(app, "204", "DELETE")
    ask(app, "My parcels", "the DRF token", "401", "Invalid token.")
    expect_ticked(page, 5)

    app.get_by_role("link", name="Forge").click()
    press(app, "Make me a courier")
    press(app, "To the couriers' round")
    expect_answer(app, "401", "Token is invalid")
    expect_ticked(page, 6)
    press(app, "HS256 with the public key")
    press(app, "To the couriers' round")
    expect_answer(app, "401", "eyJhbGciOiJIUzI1NiIs")  # {"alg":"HS256",
    press(app, "To the old door")
    expect_answer(app, "200", '"door": "open"')
    expect_ticked(page, 7)

    page.reload()
    expect_ticked(page, 7)

    # A refusal is a 401, which Chromium reports as an error: five were asked for.
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    assert len(complaints) == 5 and all("401 (Unauthorized)" in complaint for complaint in complaints), (
        complaints
    )
    complaints.clear()
