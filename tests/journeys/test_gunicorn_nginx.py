"""The Tea House's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

import re
import shutil

from playwright.sync_api import FrameLocator, Page, expect

from tests.services import need

LESSON = "/deployment/gunicorn_nginx/"
MISSIONS = 6
# Servers start and workers are forked behind these pages, on machines that test.
PATIENCE = 60_000


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def expect_told(app: FrameLocator, words: str) -> None:
    expect(app.locator(".messages")).to_contain_text(re.compile(words), timeout=PATIENCE)


def control_room(app: FrameLocator) -> None:
    app.get_by_role("link", name="Control room", exact=True).click()
    expect(app.get_by_role("heading", level=1)).to_have_text("The control room", timeout=PATIENCE)


def open_house(app: FrameLocator, **choice: str) -> None:
    for label, value in choice.items():
        app.get_by_label(label, exact=True).select_option(value)
    app.get_by_role("button", name="Open", exact=True).click()
    expect_told(app, "Open: Gunicorn with")


def open_another(app: FrameLocator, **choice: str) -> None:
    control_room(app)
    app.get_by_role("button", name="Close, choose anew").click()
    expect_told(app, "Closed")
    open_house(app, **choice)


def burst(app: FrameLocator, happening: str, told: str) -> None:
    app.get_by_label("In the middle of it").select_option(happening)
    app.get_by_role("button", name="Let them ask").click()
    expect_told(app, told)


def slow_clients(app: FrameLocator, route: str, told: str) -> None:
    app.get_by_label("Through").select_option(route)
    app.get_by_role("button", name="Let them come").click()
    expect_told(app, told)


def knock(app: FrameLocator, path: str, told: str) -> None:
    app.get_by_role("link", name="One request", exact=True).click()
    app.get_by_label("Ask for").select_option(path)
    app.get_by_role("button", name="Knock", exact=True).click()
    expect_told(app, told)


def test_every_mission_is_ticked(page: Page):
    need(shutil.which("nginx", path="/usr/sbin:/usr/bin"), "nginx")
    app = open_demo(page)
    open_house(app)
    app.get_by_role("button", name=re.compile("^KILL to")).first.click()
    expect_told(app, "SIGKILL to worker .* the master had started")
    expect_ticked(page, 1)

    burst(app, "hup", "HUP to the master: .* 0 failed, 2 new workers, Assam then Darjeeling")
    expect_ticked(page, 2)

    control_room(app)
    slow_clients(app, "direct", "held 2 of 2 places")
    slow_clients(app, "buffered", "held 0 of 2 places")
    expect_ticked(page, 3)

    control_room(app)
    app.get_by_role("button", name="Stop Gunicorn").click()
    expect_told(app, "Gunicorn is down")
    knock(app, "/", "nginx: 502 Bad Gateway")
    expect(app.locator("main")).to_contain_text("connect() to unix:gunicorn.sock failed")
    control_room(app)
    app.get_by_role("button", name="Start Gunicorn").click()
    expect_told(app, "Gunicorn is up again")
    knock(app, "/", "nginx: 200 OK")
    expect_ticked(page, 4)

    open_another(app, timeout="3")
    knock(app, "/steep/?ms=6000", "nginx: 500 Internal Server Error")
    expect(app.locator("main")).to_contain_text("WORKER TIMEOUT")
    expect_ticked(page, 5)

    open_another(app, max_requests="20")
    burst(app, "nothing", "Nothing: .* 0 failed, [1-9]")
    expect_ticked(page, 6)

    page.reload()
    expect_ticked(page, 6)
