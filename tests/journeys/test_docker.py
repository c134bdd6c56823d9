"""Kettle's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/deployment/docker/"
MISSIONS = 6


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def go(app: FrameLocator, name: str, heading: str) -> None:
    app.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()
    expect(app.get_by_role("heading", name=heading, exact=True)).to_be_visible()


def build(app: FrameLocator, number: int, told: str) -> None:
    app.get_by_role("button", name="Build", exact=True).click()
    expect(app.get_by_role("heading", name=f"Build {number}", exact=True)).to_be_visible()
    expect(app.get_by_role("status")).to_contain_text(told)


def change_view(app: FrameLocator) -> None:
    go(app, "Files", "The build context")
    app.get_by_role("button", name="Add a line to menu/views.py").click()
    expect(app.get_by_role("status")).to_contain_text("menu/views.py has one line more")


def begin_with(app: FrameLocator, title: str) -> None:
    go(app, "Dockerfile", "A Dockerfile, and what comes of it")
    app.get_by_role("button", name=title).click()
    expect(app.get_by_role("status")).to_contain_text(f"Dockerfile: {title}.")


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    expect(app.get_by_text("DL3007")).to_be_visible()
    build(app, 1, "packages installed again")
    change_view(app)
    build(app, 2, "inside: /app/.env")
    expect(app.get_by_role("row", name="COPY . .")).to_contain_text("changed: menu/views.py")
    expect_ticked(page, 1)

    begin_with(app, "Put in order")
    build(app, 3, "packages installed again")
    change_view(app)
    build(app, 4, "packages from the cache")
    expect_ticked(page, 2)

    go(app, "Files", "The build context")
    app.get_by_role("link", name=".dockerignore").click()
    app.get_by_label("Text").fill(".env\n.git\n*.sqlite3\n")
    app.get_by_role("button", name="Save").click()
    expect(app.locator("tr.ignored")).to_have_count(4)
    build(app, 5, "nothing inside that should stay out")
    expect_ticked(page, 3)

    begin_with(app, "In stages")
    build(app, 6, "2 stages, user app")
    expect_ticked(page, 4)

    go(app, "Compose", "Who waits for whom")
    text = app.get_by_label("compose.yaml")
    circle = "image: postgres:17-bookworm\n    depends_on: [web]"
    text.fill(text.input_value().replace("image: postgres:17-bookworm", circle))
    app.get_by_role("button", name="Save").click()
    expect(app.get_by_role("alert")).to_contain_text("web → migrate → db → web")
    expect_ticked(page, 5)

    go(app, "Compose", "Who waits for whom")
    for service, left in (("db", "migrate, web, worker"), ("redis", "worker")):
        app.get_by_label("Service", exact=True).select_option(label=service)
        app.get_by_role("button", name="See who starts").click()
        expect(app.locator("#left")).to_have_text(f"Not started because of {service}: {left}.")
    expect_ticked(page, 6)

    page.reload()
    expect_ticked(page, 6)
    # A circle is refused with the status 422, which Chromium reports as an error.
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    assert len(complaints) == 1 and "422" in complaints[0], complaints
    complaints.clear()
