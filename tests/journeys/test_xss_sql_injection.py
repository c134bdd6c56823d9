"""The bookshop's missions, each done by hand in its lesson and ticked there; and what a payload can't do."""

from __future__ import annotations

import time

from playwright.sync_api import FrameLocator, Page, Request, expect

from tests.journeys.people import expect_complaint

LESSON = "/security/xss_sql_injection/"
MISSIONS = 7

# Tried by a script in the guest book; each has to fail.
REACH = """
(async () => {
  const tries = {
    parent: () => parent.document.title,
    top: () => top.document.title,
    sibling: () => top.frames[0].document.title,
    cookies: () => Object.getOwnPropertyDescriptor(Document.prototype, "cookie").get.call(document),
    storage: () => localStorage.length,
    database: () => new Promise((yes, no) => {
      const asked = indexedDB.open("x"); asked.onsuccess = yes; asked.onerror = no; }),
    shop: async () => (await fetch("../", { credentials: "include" })).text(),
    stage: async () => (await fetch("/stage/security/xss_sql_injection/state")).text(),
    lms: async () => (await fetch(LMS + "/progress/", { credentials: "include" })).text(),
    window: () => { if (open("about:blank") === null) throw new Error("no window"); },
    away: () => { top.location = "about:blank"; },
  };
  const reached = [];
  for (const [name, attempt] of Object.entries(tries)) {
    try { await attempt(); reached.push(name); } catch (error) { /* as it should be */ }
  }
  alert("reached: " + (reached.join(" ") || "nothing"));
})();
"""


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def wall_of(app: FrameLocator) -> FrameLocator:
    return app.frame_locator("#wall")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def switch(app: FrameLocator, rendering: str = "open", policy: str = "none", httponly: bool = False) -> None:
    app.locator("[name=rendering]").select_option(rendering)
    app.locator("[name=policy]").select_option(policy)
    app.locator("[name=httponly]").set_checked(httponly)
    app.get_by_role("button", name="Switch").click()
    cookie = "HttpOnly" if httponly else "readable"
    expect(app.get_by_role("status")).to_contain_text(f"entries {rendering}, policy {policy}, pass {cookie}")


def tear_out(app: FrameLocator) -> None:
    app.get_by_role("button", name="Tear out").click()
    expect(app.get_by_role("status")).to_contain_text("first day")


def post(app: FrameLocator, title: str) -> None:
    app.get_by_role("button", name=f"Post: {title}").click()
    expect(app.get_by_role("status")).to_contain_text("in the book")


def ask(app: FrameLocator, title: str) -> None:
    app.get_by_role("button", name=f"Ask: {title}").click()
    expect(app.locator(".statement")).to_be_visible()


def expect_on_desk(app: FrameLocator, words: str) -> None:
    """The page looks by itself twice; on a slow machine, what a payload sends may come after that."""
    deadline = time.monotonic() + 20
    while words not in app.locator("#desk").inner_text() and time.monotonic() < deadline:
        app.get_by_role("button", name="Look again").click()
        app.locator("#desk").page.wait_for_timeout(500)
    expect(app.locator("#desk")).to_contain_text(words)


def forget_refusals(page: Page) -> None:
    """The browser's own words about what a policy refused, which is what was to be seen."""
    expect_complaint(page, "Content Security Policy")


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    # The image that the entry asks for is not there: that is its point.
    page.route("**/guestbook/x", lambda route: route.fulfill(status=200, content_type="image/png", body=b""))
    post(app, "An image that fails")
    expect_on_desk(app, "opens Mira’s account")
    expect_ticked(page, 1)

    switch(app, httponly=True)
    expect_on_desk(app, "(an empty hand)")
    tear_out(app)
    post(app, "A form")
    wall_of(app).get_by_label("PIN").fill("4711")
    wall_of(app).get_by_role("button", name="Go on").click()
    expect_on_desk(app, "pin=4711")
    expect_ticked(page, 2)

    tear_out(app)
    switch(app, policy="scripts")
    post(app, "A script")
    expect_on_desk(app, "script-src-elem")
    expect(wall_of(app).get_by_role("alert")).to_have_count(0)
    forget_refusals(page)
    expect_ticked(page, 3)

    tear_out(app)
    post(app, "A name")
    expect_on_desk(app, "opens Mira’s account")
    expect_ticked(page, 4)

    app.get_by_role("link", name="Search").click()
    ask(app, "A name")
    expect(app.get_by_role("alert")).to_contain_text("syntax error")
    ask(app, "Another table")
    expect(app.locator("tbody")).to_contain_text("4071")
    expect_ticked(page, 5)
    app.locator("[name=asking]").select_option("parameters")
    app.get_by_role("button", name="Switch").click()
    expect(app.get_by_role("status")).to_contain_text("search parameters")
    ask(app, "A name")
    expect(app.locator("tbody")).to_contain_text("Second Winter")
    expect_ticked(page, 6)
    ask(app, "Another table")
    expect(app.get_by_role("status")).to_contain_text("No such title")
    expect_ticked(page, MISSIONS)


def test_an_address_is_code_until_it_is_checked(page: Page):
    app = open_demo(page)
    for rendering, stolen in (("open", True), ("escaped", True), ("fixed", False)):
        tear_out(app)
        switch(app, rendering=rendering)
        post(app, "A homepage")
        link = wall_of(app).get_by_role("link", name="Click me")
        expect(wall_of(app).locator("article").first).to_contain_text("Click me")
        if stolen:
            with page.expect_request("**/guestbook/thief/**"):
                link.click()
        else:
            expect(link).to_have_count(0)


def test_a_payload_reaches_nothing_outside_of_its_frame(page: Page):
    app = open_demo(page)
    origin = page.url.split("/security/")[0]
    # Of all that the payload tries the browser says that it was refused, in its own words and time.
    page.expected.append("")  # type: ignore[attr-defined]
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.resource_type == "fetch" else None)
    app.locator("#id_name").fill("Guest")
    app.locator("#id_text").fill(f"<script>const LMS = '{origin}';{REACH}</script>")
    app.get_by_role("button", name="Sign the book").click()
    expect(wall_of(app).get_by_role("alert")).to_have_text("A script says: reached: nothing", timeout=20_000)

    theirs = [request for request in asked if request.headers.get("referer", "").find("/~in/") >= 0]
    theirs += [request for request in asked if request.url == f"{origin}/progress/"]
    assert theirs and page.context.cookies(origin)  # there is something that could have been sent
    assert [request.url for request in theirs if "cookie" in request.all_headers()] == []
