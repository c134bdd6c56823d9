"""The archive's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/authentication/otp/"
MISSIONS = 8
PASSWORD = "heron-on-the-weir"


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def expect_title(app: FrameLocator, words: str) -> None:
    expect(app.get_by_role("heading", level=1)).to_have_text(words)


def enter(app: FrameLocator, name: str) -> None:
    app.get_by_role("link", name="Sign in").first.click()
    app.get_by_label("Username").fill(name)
    app.get_by_label("Password").fill(PASSWORD)
    app.get_by_role("button", name="Go on").click()
    expect(app.get_by_role("button", name="Sign out")).to_be_visible()


def leave(app: FrameLocator) -> None:
    app.get_by_role("button", name="Sign out").click()
    expect_title(app, "Papers worth a second lock")


def send(app: FrameLocator, code: str, device: str) -> None:
    app.get_by_role("radio", name=device).check()
    app.get_by_label("Code:").fill(code)
    app.get_by_role("button", name="Verify").click()


def fresh_code(page: Page, app: FrameLocator) -> str:
    """What the phone shows, with time enough left to send it."""
    for _ in range(40):
        left = int(app.locator("[data-left] .rest").get_attribute("width") or "0")
        if left >= 8:
            break
        page.wait_for_timeout(500)
    return app.locator("#code").inner_text()


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    enter(app, "milo")
    code = fresh_code(page, app)
    send(app, code, "Authenticator app")
    expect_title(app, "Your papers")
    expect_ticked(page, 1)

    leave(app)
    enter(app, "milo")
    send(app, code, "Authenticator app")
    expect(app.locator(".errorlist")).to_contain_text("not a code that works now")
    expect_ticked(page, 2)
    for number in range(6):  # the locks grow; one of these comes within one
        send(app, f"00000{number}", "Authenticator app")
        expect(app.locator(".errorlist")).to_be_visible()
        if "Locked for" in app.locator(".errorlist").inner_text():
            break
    expect(app.locator(".errorlist")).to_contain_text("Locked for")
    expect_ticked(page, 3)

    app.get_by_role("button", name="Send one by Text message").click()
    expect(app.get_by_role("status")).to_contain_text("sent to +44")
    send(app, app.locator(".text").first.inner_text().split()[0], "Text message")
    expect_title(app, "Your papers")
    expect_ticked(page, 4)

    app.get_by_role("link", name="Devices").click()
    app.get_by_role("button", name="New backup codes").click()
    paper = app.locator(".backup code").first.inner_text()
    leave(app)
    enter(app, "milo")
    send(app, paper, "Backup codes")
    expect_title(app, "Your papers")
    expect_ticked(page, 5)

    leave(app)
    enter(app, "ines")
    app.get_by_role("link", name="Authenticator app").click()
    app.get_by_role("button", name="Scan it with the phone").click()
    expect(app.locator("#phone")).to_contain_text("Alder Archive:ines")
    app.get_by_label("Code:").fill(fresh_code(page, app))
    app.get_by_role("button", name="Confirm the app").click()
    expect_title(app, "Your devices")
    expect_ticked(page, 6)

    leave(app)
    enter(app, "ines")
    app.get_by_label("The phone’s clock is").select_option("30")
    app.get_by_role("button", name="Set", exact=True).click()
    expect(app.locator("#phone")).to_contain_text("off by 30 s")
    send(app, fresh_code(page, app), "Authenticator app")
    expect_title(app, "Your papers")
    expect_ticked(page, 7)

    leave(app)
    app.get_by_role("link", name="Sign up", exact=True).click()
    app.get_by_label("Username").fill("tess")
    app.get_by_label("Email").fill("tess@reeds.example")
    app.get_by_label("Password:").fill("otter-under-bridge")
    app.get_by_label("Password confirmation").fill("otter-under-bridge")
    app.get_by_role("button", name="Send me a code").click()
    expect_title(app, "Check your mail, tess")
    stage = page.frame_locator("[data-stage] iframe")
    stage.get_by_role("button", name="Mail").click()
    stage.get_by_text("Your code for the Alder Archive").first.click()
    letter = stage.get_by_text("is your code").last.inner_text()
    page.keyboard.press("Escape")
    app.get_by_label("Code:").fill(next(word for word in letter.split() if word.isdigit() and len(word) == 6))
    app.get_by_role("button", name="Open my account").click()
    expect_title(app, "Your papers")
    expect_ticked(page, MISSIONS)
