"""Lantern Walks' missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, expect

from tests.stack import Stack

LESSON = "/authentication/social_login/"
MISSIONS = 7


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def expect_title(app: FrameLocator, words: str) -> None:
    expect(app.get_by_role("heading", level=1)).to_have_text(words)


def start(app: FrameLocator, provider: str) -> None:
    app.locator("nav").get_by_role("link", name="Walks").click()
    app.get_by_role("button", name=f"Continue with {provider}").click()


def set_policy(app: FrameLocator, *labels: str) -> None:
    app.locator("nav").get_by_role("link", name="Policy").click()
    expect_title(app, "Policy")
    for box in app.locator("main form").first.get_by_role("checkbox").all():
        box.uncheck()
    for label in labels:
        app.get_by_label(label).check()
    app.get_by_role("button", name="Set", exact=True).click()
    expect(app.get_by_role("status")).to_contain_text("Set.")


def sign_out(app: FrameLocator) -> None:
    app.locator("header").get_by_role("button", name="Sign out").click()
    expect(app.locator("header").get_by_role("link", name="Sign in by password")).to_be_visible()


def garble(app: FrameLocator, name: str) -> None:
    field = app.get_by_label(name, exact=False).and_(app.locator(f"[name={name}]"))
    field.fill(field.input_value() + "x")
    app.get_by_role("button", name="Send it on").click()


def pass_on(app: FrameLocator, heading: str) -> None:
    expect_title(app, heading)
    app.get_by_role("button", name="Send it on").click()


OUT, BACK = "On the way to the provider", "On the way back to the site"


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)

    start(app, "Google")
    app.get_by_role("button", name="Grace Hopper").click()
    app.get_by_role("button", name="Deny").click()
    expect_title(app, "You said no")
    expect_ticked(page, 1)

    start(app, "Google")
    app.get_by_role("button", name="Allow").click()  # Google still knows Grace
    expect(app.locator("header")).to_contain_text("grace")
    expect_ticked(page, 2)

    app.get_by_role("link", name="See every hop").click()
    app.get_by_role("button", name="Redeem this code once more").click()
    expect(app.get_by_text("invalid_grant")).to_be_visible()
    expect_ticked(page, 3)

    app.locator("nav").get_by_role("link", name="Connections").click()
    app.get_by_role("button", name="Connect with GitHub").click()
    app.get_by_role("button", name="Grace Hopper").click()
    app.get_by_role("button", name="Allow").click()
    expect_title(app, "Connections")
    expect_ticked(page, 4)
    sign_out(app)

    set_policy(app, "Stop at each redirect")
    start(app, "GitHub")
    pass_on(app, OUT)
    app.get_by_role("button", name="Allow").click()
    expect_title(app, BACK)
    garble(app, "state")
    expect_title(app, "You were not signed in")
    expect_ticked(page, 5)

    start(app, "GitHub")
    expect_title(app, OUT)
    garble(app, "nonce")
    app.get_by_role("button", name="Allow").click()
    pass_on(app, BACK)
    expect(app.get_by_text("The nonce in the ID token is not the one that was sent.")).to_be_visible()
    expect_ticked(page, 6)

    set_policy(app, "Sign in to the account", "Take every address")
    start(app, "Facebook")
    app.get_by_role("button", name="Mallory").click()
    app.get_by_role("button", name="Allow").click()
    expect(app.locator("header")).to_contain_text("ada")
    expect_ticked(page, MISSIONS)
    # The two callbacks that were refused, and nothing else.
    assert len([words for words in page.complaints if "401" in words]) == 2
    page.complaints[:] = [words for words in page.complaints if "401" not in words]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_demo_is_accessible(stack: Stack, page: Page, scheme: str):
    """By itself, at the width of a small phone, as the lesson's own pages are tested elsewhere."""
    home = f"{stack.demos_origin}{LESSON}"
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(home)
    expect_clean(page)
    page.get_by_role("button", name="Continue with Facebook").click()
    page.get_by_text("New account at Facebook").click()
    expect_clean(page)
    page.get_by_role("button", name="Mallory").click()
    expect_clean(page)
    page.get_by_role("button", name="Deny").click()
    expect_clean(page)
    page.goto(home)
    page.get_by_role("button", name="Continue with GitHub").click()
    page.get_by_role("button", name="Grace Hopper").click()
    page.get_by_role("button", name="Allow").click()
    page.get_by_role("link", name="See every hop").click()
    expect_clean(page)
    for name in ("Connections", "Policy", "Hops"):
        page.locator("nav").get_by_role("link", name=name).click()
        expect_clean(page)


def expect_clean(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
