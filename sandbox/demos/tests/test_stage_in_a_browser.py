"""The stage as a visitor sees it, in Chromium."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import signing
from playwright.sync_api import Page, expect

from sandbox.demos.tests.browsing import (
    STAGE,
    build,
    chromium,
    context,
    inner,
    mail_into_mailboxes,
    page,
    site,
)

__all__ = ["chromium", "context", "mail_into_mailboxes", "page", "site"]

pytestmark = pytest.mark.browser


def test_a_visit(site, page, mail_into_mailboxes):
    page.goto(site + STAGE)
    build(page, "Windsor")

    expect(page.locator("[data-mission=build]")).to_have_class("mission done")
    expect(page.locator("#toast")).to_have_text("Mission done: Build a castle.")
    posted = page.locator(".xray-request", has_text="POST")
    posted.locator("summary").first.click()
    expect(posted.get_by_text("demo/views.py:")).to_be_visible()

    address = page.get_by_label("Address, browser 1")
    address.fill("write/")
    address.press("Enter")
    expect(inner(page).get_by_text("sent")).to_be_visible()
    expect(page.locator("#unread")).to_have_text("1")
    page.get_by_role("button", name="Mail").click()
    page.get_by_text("Your castle").click()
    page.frame_locator(".letter-html").get_by_text("your castle").click()
    expect(address).to_have_value("/yard/sandpit/")
    expect(page.locator("#unread")).to_be_hidden()

    page.get_by_role("button", name="Back").first.click()
    expect(inner(page).get_by_text("sent")).to_be_visible()

    page.get_by_role("button", name="Two side by side").click()
    build(page, "Shared", persona=2)
    expect(page.get_by_label("Address, browser 2")).to_have_value("/~2/yard/sandpit/")
    expect(page.locator("[data-mission=build_twice]")).to_have_class("mission done")

    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".mission.done")).to_have_count(0)
    expect(inner(page).get_by_text("Seeded")).to_be_visible()
    expect(inner(page).get_by_text("Windsor")).to_have_count(0)


def test_a_theme_that_was_chosen_by_hand_reaches_the_app(site, page, mail_into_mailboxes):
    page.goto(site + STAGE + "?theme=dark")
    root = inner(page).locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    build(page, "Windsor")
    expect(root).to_have_attribute("data-theme", "dark")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    expect(root).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Two side by side").click()
    expect(inner(page, 2).locator("html")).to_have_attribute("data-theme", "light")


def test_a_letter_shows_in_an_open_mailbox_however_late_the_stage_hears_of_it(
    site, page, mail_into_mailboxes
):
    held = []
    page.route("**/events", lambda route: held.append(route))
    page.goto(site + STAGE)
    page.get_by_role("button", name="Mail").click()
    expect(page.get_by_text("No mail yet.")).to_be_visible()
    address = page.get_by_label("Address, browser 1")
    address.fill("write/")
    address.press("Enter")
    expect(inner(page).get_by_text("sent")).to_be_visible()
    for route in held:
        route.continue_()
    expect(page.get_by_text("Your castle")).to_be_visible()


def test_an_address_outside_of_the_lesson_is_refused(site, page):
    page.goto(site + STAGE)
    address = page.get_by_label("Address, browser 1")
    for wrong in ("https://example.org/", "/livez", "../../../livez", "javascript:alert(1)"):
        address.fill(wrong)
        address.press("Enter")
        expect(page.get_by_text("This browser stays below /yard/sandpit/")).to_be_visible()
    expect(inner(page).get_by_text("Seeded")).to_be_visible()


@contextmanager
def page_served(html: str) -> Iterator[str]:
    """The origin of a server whose every page is `html`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *args) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def lesson_page(site: str, badge: str) -> str:
    return f"""<!DOCTYPE html><link rel="icon" href="data:,"><script>
        window.heard = [];
        addEventListener("message", (event) => heard.push([event.origin, event.data]));
      </script><iframe src="{site}{STAGE}?badge={badge}" width="900" height="900"></iframe>"""


def test_the_lesson_is_told_height_and_receipts(site, page, settings):
    """The parent is the LMS here: the only origin that may frame the stage, and that is told anything."""
    learner = "ab" * 16
    badge = signing.TimestampSigner(key=settings.RECEIPT_KEY, salt="badge").sign(learner)
    with page_served(lesson_page(site, badge)) as lms:
        settings.LMS_ORIGIN = lms
        page.goto(f"{lms}/lesson/")
        build_in_lesson(page)
        page.wait_for_function("heard.some(([origin, data]) => data.type === 'stage:mission')")
        heard = page.evaluate("heard")

    assert {origin for origin, _ in heard} == {site}
    assert any(data["type"] == "stage:height" and data["height"] > 300 for _, data in heard)
    (mission,) = [data for _, data in heard if data["type"] == "stage:mission"]
    receipt = signing.loads(mission["receipt"], key=settings.RECEIPT_KEY, salt="mission")
    assert (mission["mission"], receipt["learner"], receipt["mission"]) == ("build", learner, "build")


def build_in_lesson(page: Page) -> None:
    stage = page.frame_locator("iframe")
    demo = stage.frame_locator(".browser iframe").first
    demo.get_by_label("Name").fill("Windsor")
    demo.get_by_role("button", name="Build").click()
    expect(stage.locator("#toast")).to_contain_text("Mission done")
    # Where the lesson frames the stage, the list of missions stands on the lesson's page.
    expect(stage.locator("[data-mission]")).to_have_count(0)


def test_nobody_else_may_frame_the_stage(site, context):
    page = context.new_page()
    refusals: list[str] = []
    page.on("console", lambda message: refusals.append(message.text))
    with page_served(lesson_page(site, "")) as elsewhere:
        page.goto(f"{elsewhere}/lesson/")
        page.wait_for_timeout(300)

    assert any("frame-ancestors" in text for text in refusals), refusals
    assert page.evaluate("heard") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_it_is_accessible_and_fits(site, chromium, mail_into_mailboxes, scheme, width):
    with chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        page.goto(site + STAGE)
        build(page, "Windsor")
        inner(page).get_by_text("Write").click()
        expect(page.locator("#unread")).to_have_text("1")
        page.get_by_role("button", name="Mail").click()
        page.get_by_text("Your castle").click()
        page.locator(".mission summary").first.click()
        for request in page.locator(".xray-request > summary").all():
            request.click()
        page.get_by_role("button", name="Two side by side").click()
        expect(inner(page, 2).get_by_text("Seeded")).to_be_visible()

        assert page.evaluate("document.documentElement.scrollWidth") == width
        # The demos' own pages are their lessons' concern.
        result = Axe().run(page, options={"iframes": False})
        violations = [
            (found["id"], [node["html"] for node in found["nodes"]])
            for found in result.response["violations"]
        ]
        assert violations == [], json.dumps(violations, indent=1)


def test_the_xray_works_by_keyboard(site, page):
    page.goto(site + STAGE)
    summary = page.locator(".xray-request > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".xray-request").first.get_by_role("heading", name="Route")).to_be_visible()
    for what in ("Copy as curl", "Edit and resend", "EXPLAIN", "demo/templates/sandpit/castles.html"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent").startswith(what)
    page.keyboard.press("Enter")
    expect(page.locator(".xray-line-it")).to_contain_text("{% for castle in castles %}")


MOUNT = """async (traces) => {
    const { mountXray } = await import("/static/xray/panel.js");
    window.selected = [];
    const place = document.querySelector("#xray");
    const onSelect = (trace, source) => selected.push([trace.id, source?.line ?? null]);
    const xray = mountXray(place, { onSelect });
    for (const trace of traces) xray.add(trace);
}"""


def repeated(trace: dict) -> dict:
    query = {
        "sql": "SELECT '<img src=x onerror=window.hacked=1>' FROM t WHERE id = 1",
        "ms": 1.5,
        "rows": None,
        "alias": "default",
        "fingerprint": "f",
        "source": {"file": "demo/views.py", "line": 7, "function": "f", "code": "<b>list(books)</b>"},
    }
    other = {**query, "sql": "SELECT 1 FROM t WHERE id = 2"}
    begin = {**query, "sql": "BEGIN", "fingerprint": "b"}
    return {**trace, "id": "made", "queries": [query, query, other, begin], "dropped": {"queries": 5}}


def test_the_panel_marks_repetition_and_tells_what_is_selected(site, page, visit):
    recorded = visit("sandpit")
    recorded.get()
    trace = repeated(recorded.traces[0])
    page.goto(f"{site}{STAGE}")
    page.evaluate(MOUNT, [trace, trace])

    request = page.locator(".xray-request")
    expect(request).to_have_count(1)
    expect(request.locator("summary").first).to_contain_text("8 queries")
    expect(request.locator("summary").first).to_contain_text("3 alike")
    request.locator("summary").first.click()
    expect(request.get_by_text("2 × the very same")).to_have_count(2)
    expect(request.get_by_text("3 × alike: N+1?")).to_have_count(1)
    expect(request.get_by_text("… and 5 more that were not kept")).to_be_visible()
    request.get_by_role("button", name="demo/views.py:7").first.click()
    assert page.evaluate("selected") == [["made", None], ["made", 7]]
    assert page.evaluate("window.hacked") is None
