"""Freewheel's board: two mechanics, a server with moods, and every mission done as they would."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Locator, Page, expect

LESSON = "/frontend/react_api/"
MISSIONS = 7
# Each is asked for once, and is an error on Chromium's console.
REFUSALS = [400, 403, 412, 503, 504]


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


def sign_in(app: FrameLocator, name: str) -> None:
    app.get_by_role("button", name=name).click()
    expect(app.locator("header")).to_contain_text(name)
    expect(column(app, "Ready").locator(".card")).to_have_count(8)
    expect(column(app, "Waiting").locator(".card").first).to_be_visible()


def column(app: FrameLocator, title: str) -> Locator:
    return app.get_by_role("region", name=title, exact=True)


def move(app: FrameLocator, bike: str, title: str) -> None:
    app.get_by_role("button", name=f"Move {bike} to {title}").click()
    expect(app.locator(".saving")).to_have_count(0)


def be(app: FrameLocator, mood: str) -> None:
    """Sets the server's mood, and waits until the server knows of it."""
    with app.owner.page.expect_response(lambda response: response.url.endswith("/server/")):
        app.get_by_label("Whoever writes").select_option(mood)


def expect_in(app: FrameLocator, bike: str, title: str) -> None:
    expect(column(app, title).get_by_text(bike, exact=True)).to_be_visible()


def test_every_mission_is_ticked(page: Page):
    page.expected += [f"status of {status}" for status in REFUSALS]  # type: ignore[attr-defined]
    refused: list[int] = []
    page.on("response", lambda response: refused.append(response.status) if response.status >= 400 else None)
    mika, noor = open_demo(page)
    sign_in(mika, "mika")
    sign_in(noor, "noor")
    move(mika, "Red Peugeot", "On the stand")
    expect_in(mika, "Red Peugeot", "On the stand")
    expect_ticked(page, 1)

    # Noor's page still shows it where it was.
    expect_in(noor, "Red Peugeot", "Waiting")
    move(noor, "Red Peugeot", "On the stand")
    expect(noor.get_by_role("status")).to_contain_text("somebody else was faster")
    expect_ticked(page, 2)

    mika.get_by_label("Send the CSRF token").uncheck()
    move(mika, "Silver Surly", "On the stand")
    expect(mika.get_by_role("status")).to_contain_text("CSRF token missing")
    expect_in(mika, "Silver Surly", "Waiting")
    mika.get_by_label("Send the CSRF token").check()
    expect_ticked(page, 3)

    be(mika, "refuses")
    move(mika, "Silver Surly", "On the stand")
    expect(mika.get_by_role("status")).to_contain_text("It is where it was")
    expect_in(mika, "Silver Surly", "Waiting")
    expect_ticked(page, 4)
    be(mika, "loses")
    move(mika, "Silver Surly", "On the stand")
    expect(mika.get_by_role("status")).to_contain_text("It was written all the same")
    expect_in(mika, "Silver Surly", "On the stand")
    expect_ticked(page, 5)
    be(mika, "fine")

    # A form that is refused keeps what was typed.
    mika.get_by_label("What is wrong with it").fill("It squeaks")
    mika.get_by_role("button", name="Take it in").click()
    expect(mika.locator("#bike-error")).to_contain_text("may not be blank")
    expect(mika.get_by_label("What is wrong with it")).to_have_value("It squeaks")
    mika.get_by_label("Bicycle", exact=True).fill("Blue Colnago")
    mika.get_by_role("button", name="Take it in").click()
    expect_in(mika, "Blue Colnago", "Waiting")

    for count in (16, 24):
        mika.get_by_role("button", name="More of Ready").click()
        expect(column(mika, "Ready").locator(".card")).to_have_count(count)
    expect_ticked(page, 6)

    noor.get_by_role("link", name="Side by side").click()
    noor.get_by_role("button", name="Load both and measure").click()
    expect(noor.get_by_text("Measured.")).to_be_visible()
    expect(noor.locator("tbody tr").first.locator("td").first).to_have_text("6")
    expect_ticked(page, 7)

    assert sorted(refused) == REFUSALS
