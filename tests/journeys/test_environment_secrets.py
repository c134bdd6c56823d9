"""The bakery's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/deployment/environment_secrets/"
MISSIONS = 7
LEAK = 'DATABASE_URL = "postgres://baker:sourdough@db/bakery"\n'


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def press(app: FrameLocator, name: str) -> None:
    app.get_by_role("button", name=name, exact=True).click()


def go(app: FrameLocator, name: str) -> None:
    app.get_by_role("link", name=name, exact=True).click()
    expect(app.locator("nav [aria-current]")).to_have_text(name)


def commit(app: FrameLocator, settings_py: str, message: str) -> None:
    app.get_by_label("settings.py", exact=True).fill(settings_py)
    app.get_by_label("Message").fill(message)
    press(app, "Commit")


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    environment = app.get_by_label("The environment")
    before = environment.input_value()
    environment.fill(before + "DEBUG=off\n")
    press(app, "Deploy")
    expect(app.get_by_role("status")).to_contain_text("Release 2 is running.")
    expect_ticked(page, 1)

    environment.fill(before + "DEBUG=off\nSECRET_KEY_FILE=/run/secrets/secret_key\n")
    app.get_by_label("/run/secrets/secret_key").fill("from-a-file-" + "0123456789" * 4)
    press(app, "Only look")
    expect(app.locator("tr", has_text="SECRET_KEY").first.locator("td").first).to_have_class("wins")
    expect_ticked(page, 2)
    payment = app.get_by_label("/run/secrets/payment_key")
    payment.fill("")
    environment.fill(before)
    press(app, "Deploy")
    expect(app.get_by_role("alert")).to_contain_text("Release 2 goes on.")
    expect_ticked(page, 3)
    payment.fill("pay-again")
    press(app, "Deploy")
    expect(app.get_by_role("status")).to_contain_text("Release 3 is running.")

    go(app, "Commits")
    clean = app.get_by_label("settings.py", exact=True).input_value()
    commit(app, clean + LEAK, "Faster")
    expect(app.get_by_role("alert")).to_contain_text("Basic Auth Credentials")
    expect_ticked(page, 4)
    app.get_by_label("The pre-commit hook is installed").uncheck()
    press(app, "Commit")
    expect(app.get_by_role("status")).to_contain_text("Commit 2")
    commit(app, clean, "Take it out")
    expect(app.get_by_role("status")).to_contain_text("Commit 3")
    expect(app.locator(".verdicts .bad")).to_have_text("1 line")
    expect_ticked(page, 5)

    go(app, "SECRET_KEY")
    press(app, "Sign in as dora")
    expect(app.locator("main")).to_contain_text("Signed in as dora, by the current key.")
    press(app, "A new key; the old one stays as a fallback")
    expect(app.locator("main")).to_contain_text("Signed in as dora, by fallback 1.")
    expect_ticked(page, 6)
    press(app, "ada comes by")
    expect(app.get_by_role("status")).to_contain_text("ada is signed in, by fallback 1")
    press(app, "Take the fallbacks away")
    expect(app.locator("tr", has_text="cy")).to_contain_text("signed out")
    expect(app.locator("tr", has_text="ada")).to_contain_text("by the current key")
    expect_ticked(page, 7)

    page.reload()
    expect_ticked(page, 7)

    # Two refusals are pages with the status 422, which Chromium reports as errors.
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    assert len(complaints) == 2 and all("422 (" in complaint for complaint in complaints), complaints
    complaints.clear()
