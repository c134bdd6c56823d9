"""Eight Buoys' missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/apis/async_views/"
MISSIONS = 6


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def go(app: FrameLocator, name: str, heading: str) -> None:
    app.get_by_role("link", name=name, exact=True).click()
    expect(app.get_by_role("heading", level=1)).to_have_text(heading)


def leave(app: FrameLocator, name: str, told: str) -> None:
    app.get_by_role("button", name=name).click()
    app.get_by_role("button", name="Leave").click()
    expect(app.locator("#log .messages")).to_contain_text(told)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    for words in ("def, one after another", "async def, awaited in turn", "async def, gather"):
        app.get_by_role("link", name=words, exact=True).click()
        expect(app.get_by_role("status")).to_contain_text(f"{words}: 8 buoys")
        expect(app.locator(".lane.answered")).to_have_count(8)
    expect_ticked(page, 1)

    go(app, "Rows", "Rows, asked for by a coroutine")
    app.get_by_role("link", name="reading.buoy.name").click()
    expect(app.locator("body")).to_contain_text("Server Error (500)")
    page.frame_locator("[data-stage] iframe").get_by_role("button", name="Back").click()
    app.get_by_role("link", name="async for, select_related").click()
    expect(app.get_by_role("cell", name=re.compile("kn"))).to_have_count(8)
    expect_ticked(page, 2)

    go(app, "One fails", "Skerry fails, seven others are under way")
    app.get_by_role("button", name="Ask").click()
    expect(app.get_by_role("status")).to_contain_text("1 failed, 0 cancelled")
    app.get_by_label("Start them by").select_option(label="asyncio.TaskGroup()")
    app.get_by_role("button", name="Ask").click()
    expect(app.get_by_role("status")).to_contain_text("Left running: 0.")
    expect_ticked(page, 3)
    app.get_by_label("Skerry").select_option(label="never answers")
    app.get_by_label("asyncio.timeout()").select_option(label="0.35 s for all together")
    app.get_by_role("button", name="Ask").click()
    expect_ticked(page, 4)

    go(app, "The loop", "Six visitors, one loop")
    app.get_by_role("button", name="Let them come").click()
    expect(app.locator("pre.log")).to_contain_text("Executing <Task")
    app.get_by_label("The slow view waits by").select_option(label="await asyncio.sleep(0.6)")
    app.get_by_role("button", name="Let them come").click()
    expect_ticked(page, 5)

    go(app, "Leaving", "You ask, and you leave")
    app.get_by_role("button", name="Watch the stream").click()
    expect(app.locator("#heard li").nth(2)).to_be_visible()
    app.get_by_role("button", name="Leave").click()
    expect(app.locator("#log .messages")).to_contain_text("stream: left after")
    leave(app, "Ask the async view", "async: left after")
    leave(app, "Ask the sync view", "sync: finished after 8 answers")
    expect_ticked(page, 6)

    page.reload()
    expect_ticked(page, 6)

    # The one page that was refused by the ORM.
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    assert len(complaints) == 1 and "500 (Internal Server Error)" in complaints[0], complaints
    complaints.clear()
