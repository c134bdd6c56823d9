"""The wardens' line: two people in two browsers, and every mission done as they would."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/apis/websockets/"
MISSIONS = 6


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def open_demo(page: Page) -> tuple[FrameLocator, FrameLocator]:
    """Two browsers side by side."""
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    stage = page.frame_locator("[data-stage] iframe")
    stage.get_by_role("button", name="Two side by side").click()
    return stage.frame_locator("iframe >> nth=0"), stage.frame_locator("iframe >> nth=1")


def enter(app: FrameLocator, warden: str, room: str = "Weather") -> None:
    app.get_by_role("button", name=warden).click()
    expect(app.locator("header")).to_contain_text(f"{warden}, ")
    app.get_by_role("main").get_by_role("link", name=room).click()
    expect(app.locator("#state")).to_have_text("Connected")


def say(app: FrameLocator, text: str) -> None:
    app.get_by_label("Message", exact=True).fill(text)
    app.get_by_role("button", name="Say it").click()


def knock(app: FrameLocator, room: str, origin: str = "This site", session: bool = True) -> None:
    app.get_by_label("Room", exact=True).fill(room)
    app.get_by_label(origin).check()
    app.get_by_label("Send the session cookie").set_checked(session)
    app.get_by_role("button", name="Knock").click()
    request = app.locator("pre")
    expect(request).to_contain_text(f"/ws/{room}/")
    expect(request.get_by_text("cookie: ")).to_have_count(int(session))
    if origin != "This site":
        expect(request).to_contain_text(origin)
    expect(app.locator("#verdict")).to_have_text("403 Forbidden")


def test_every_mission_is_ticked(page: Page):
    ada, other = open_demo(page)
    enter(ada, "ada")
    enter(other, "grace")
    say(other, "Is anybody there?")
    expect(ada.locator("#said")).to_contain_text("Is anybody there?")
    say(ada, "I am.")
    expect(other.locator("#said")).to_contain_text("I am.")
    other.get_by_label("Message", exact=True).press("A")
    expect(ada.locator("#typing")).to_have_text("grace is writing…")
    expect_ticked(page, 1)

    # A storm: the line is cut, what was missed comes back, and what waited is sent.
    ada.get_by_role("button", name="Storm, 8 s").click()
    expect(ada.locator("#attempts")).to_contain_text("1012")
    expect(ada.locator("#attempts")).to_contain_text("Refused")
    say(ada, "Said in the dark.")
    expect(ada.locator(".waiting")).to_have_count(1)
    say(other, "Ada?")
    expect(other.locator("#people")).to_contain_text("ada: line down")
    expect(ada.locator("#attempts")).to_contain_text("Back. 1 missed")
    expect(ada.locator("#said")).to_contain_text("Ada?")
    expect(other.locator("#said")).to_contain_text("Said in the dark.")
    expect(ada.locator(".waiting")).to_have_count(0)
    expect(other.locator("#people")).to_contain_text("ada: here")
    expect_ticked(page, 2)

    ada.get_by_role("button", name="130 readings").click()
    expect(ada.locator("#limits")).to_contain_text("100 of 130 readings arrived")
    expect_ticked(page, 3)
    ada.get_by_role("button", name="twelve things").click()
    expect(ada.locator("#limits")).to_contain_text("slow down")
    expect_ticked(page, 4)

    # The same warden twice, and once again.
    other.get_by_role("link", name="Rooms").click()
    enter(other, "ada")
    expect(other.locator("#people")).to_contain_text("2 connections")
    other.get_by_role("button", name="Hang up").click()
    expect(ada.locator("#people")).to_contain_text("ada (you): here")
    expect_ticked(page, 5)

    ada.get_by_role("link", name="Handshakes").click()
    knock(ada, "weather", session=False)
    knock(ada, "attic")
    knock(ada, "weather", origin="https://evil.example")
    expect_ticked(page, 6)

    # A refused handshake is an error on Chromium's console: the storm's were asked for.
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    assert complaints and all("Unexpected response code: 403" in complaint for complaint in complaints)
    complaints.clear()
