"""The Harbour Office's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/security/https_ssl/"
MISSIONS = 6
SWITCHES = {
    "SECURE_SSL_REDIRECT",
    "SECURE_PROXY_SSL_HEADER",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
}


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def go_to(app: FrameLocator, name: str) -> None:
    """Open a page anew: the message of the one before is gone when it is there."""
    app.locator("nav").get_by_role("link", name=name).click()
    expect(app.get_by_role("status")).to_have_count(0, timeout=20_000)


def expect_said(app: FrameLocator, words: str) -> None:
    expect(app.get_by_role("status")).to_contain_text(words, timeout=30_000)


def certify(app: FrameLocator, **choices: str) -> None:
    go_to(app, "Workshop")
    form = app.locator("form", has_text="A certificate for a server")
    for label, choice in choices.items():
        form.get_by_label(label).select_option(label=choice)
    form.get_by_role("button", name="Make it").click()
    expect_said(app, "A certificate:")


def shake(app: FrameLocator, expected: str, **choices: str) -> None:
    go_to(app, "Handshake")
    for label, choice in choices.items():
        app.get_by_label(label.replace("_", " ")).select_option(label=choice)
    app.get_by_role("button", name="Shake hands").click()
    expect_said(app, expected)


def flip(app: FrameLocator, ticked: set[str], expected: str, seconds: str = "0") -> None:
    go_to(app, "Settings")
    for box in app.get_by_role("checkbox").all():
        label = box.locator("xpath=..").inner_text().strip()
        box.set_checked(label in ticked)
    app.get_by_label("SECURE_HSTS_SECONDS").select_option(seconds)
    app.get_by_role("button", name="Check and try").click()
    expect_said(app, expected)


def test_every_mission_is_ticked(page: Page) -> None:
    app = open_demo(page)
    app.locator("form", has_text="An authority").get_by_role("button").first.click()
    expect_said(app, "A root and an intermediate")
    certify(app)
    shake(app, "Sent in the clear", Certificate="none: plain HTTP")
    expect(app.locator("tbody")).to_contain_text("password=lantern-oil")
    shake(app, "Shaken: TLSv1.3")
    expect(app.locator("tbody")).not_to_contain_text("lantern")
    expect_ticked(page, 1)

    shake(app, "unable to get local issuer", The_server_sends="the certificate only")
    shake(app, "Hostname mismatch", The_client_asks_for="www.harbour.example")
    certify(app, Valid="until yesterday")
    shake(app, "certificate has expired")
    expect_ticked(page, 2)

    shake(
        app,
        "protocol version",
        The_server_speaks="TLS 1.3 only",
        The_client_speaks="up to TLS 1.2, an old one",
    )
    expect_ticked(page, 3)

    flip(app, {"SECURE_SSL_REDIRECT"}, "Redirect loop")
    flip(app, {"SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER"}, "W004")
    expect_ticked(page, 4)

    flip(app, {"SECURE_PROXY_SSL_HEADER", "The proxy lets a client’s own header through"}, "Fooled")
    expect_ticked(page, 5)

    flip(app, SWITCHES, "no issues", seconds="31536000")
    expect(app.locator("main")).to_contain_text("the browser asks for https:// by itself")
    expect_ticked(page, MISSIONS)
