"""The X-ray on the stage: what can be asked about a request, and sending it again."""

import json
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

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


def opened(page: Page, words: str) -> Locator:
    # The oldest: what is sent again stands above it.
    request = page.locator(".xray-request", has_text=words).last
    request.locator("summary").first.click()
    return request


def built(page: Page, site: str, name: str = "Windsor") -> Locator:
    page.goto(site + STAGE)
    build(page, name)
    return opened(page, "POST")


def test_a_query_is_explained_and_shows_the_line_that_caused_it(site, page):
    page.goto(site + STAGE)
    request = opened(page, "/yard/sandpit/")
    request.get_by_role("button", name="EXPLAIN").click()
    expect(request.get_by_role("list", name="Query plan")).to_contain_text("SCAN sandpit_castle")
    expect(request.get_by_text("reads every row")).to_be_visible()

    request.locator(".xray-sql").click()
    excerpt = request.get_by_role("region", name="demo/templates/sandpit/castles.html, around line")
    expect(excerpt.locator("mark")).to_contain_text("{% for castle in castles %}")
    request.get_by_role("button", name="demo/templates/sandpit/castles.html").click()
    expect(excerpt).to_be_hidden()


def test_a_request_as_a_curl_command_does_the_same(site, page, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    request = built(page, site, "O'Neill & Söhne")
    request.get_by_role("button", name="Copy as curl").click()
    expect(request.get_by_text("Copied.")).to_be_visible()
    command = page.evaluate("navigator.clipboard.readText()")

    assert command == request.get_by_role("region", name="The request as a curl command").inner_text()
    visitor = next(cookie for cookie in context.cookies() if cookie["name"] == "demos_visitor")
    command = command.replace("--cookie '", f"--cookie 'demos_visitor={visitor['value']}; ")
    done = subprocess.run(["bash", "-c", f"{command} --silent --include"], capture_output=True, text=True)
    assert done.stdout.startswith("HTTP/1.1 302"), done
    page.reload()
    expect(inner(page).get_by_text("O'Neill & Söhne")).to_have_count(2)


def resend_form(request: Locator) -> Locator:
    request.get_by_role("button", name="Edit and resend").click()
    return request.get_by_role("form", name="Edit and resend")


def test_an_edited_request_is_sent_again_in_the_visitors_own_world(site, page):
    request = built(page, site)
    form = resend_form(request)
    expect(form.get_by_label("Method")).to_have_value("POST")
    expect(form.get_by_label("Body")).to_have_value("name=Windsor")
    form.get_by_label("Body").fill("name=Balmoral")
    form.get_by_role("button", name="Send").click()

    expect(form.get_by_role("status")).to_have_text("Sent. It stands above, as a request of its own.")
    resent = page.locator(".xray-request", has_text="resent")
    expect(resent.locator("summary").first).to_contain_text("302")
    expect(resent.get_by_text("Balmoral").first).to_be_visible()
    page.get_by_role("button", name="Reload").first.click()
    expect(inner(page).get_by_text("Balmoral")).to_be_visible()


def test_without_a_token_django_refuses(site, page):
    page.expected.append("403 (Forbidden)")
    form = resend_form(built(page, site))
    form.get_by_label("with a CSRF token that is valid now").uncheck()
    form.get_by_role("button", name="Send").click()

    expect(page.locator(".xray-request", has_text="resent").locator("summary").first).to_contain_text("403")


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("Path", "https://example.org/", "Requests go to this demo only"),
        ("Path", "//example.org/yard/sandpit/", "Requests go to this demo only"),
        ("Path", "/yard/sandpit/../../livez", "Requests go to this demo only"),
        ("Headers", "cookie: a=b", "Browsers do not let a page set cookie."),
        ("Headers", "no colon", 'A header is "name: value"'),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(site, page, field, text, words):
    form = resend_form(built(page, site))
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    form.get_by_label(field).fill(text)
    form.get_by_role("button", name="Send").click()

    expect(form.get_by_role("status")).to_contain_text(words)
    assert asked == []


def test_a_password_has_to_be_written_again(site, page):
    page.goto(site + STAGE)
    inner(page).get_by_text("Sign in").click()
    inner(page).get_by_label("Username").fill("ada")
    inner(page).get_by_label("Password").fill("lovelace")
    inner(page).get_by_role("button", name="Sign in").click()
    expect(inner(page).locator("#who")).to_have_text("ada")
    form = resend_form(opened(page, "POST"))
    send = form.get_by_role("button", name="Send")
    send.click()
    expect(form.get_by_role("status")).to_contain_text("Passwords are not kept")
    form.get_by_label("Body").fill("username=ada&password=lovelace")
    send.click()

    # Signing in has changed the token since; the request gets the one that is valid now.
    expect(page.locator(".xray-request", has_text="resent").locator("summary").first).to_contain_text("302")


def say_as_the_lesson(page: Page, filter: str) -> None:
    """As the lesson's page does: the stage believes only the LMS's origin."""
    page.evaluate(
        """(filter) => window.dispatchEvent(new MessageEvent("message", {
            origin: document.body.dataset.lms, data: {type: "stage:filter", filter}}))""",
        filter,
    )


def test_the_list_is_filtered_and_shown_whole_again(site, page):
    page.goto(site + STAGE)
    build(page, "Windsor")
    say_as_the_lesson(page, "sql~INSERT&method=POST")
    group = page.get_by_role("group", name="Filter")
    expect(group).to_contain_text(
        "1 of 3 requests where a statement has “INSERT” in it, and the method is POST"
    )
    expect(page.locator(".xray-request:visible")).to_have_count(1)
    expect(page.locator(".xray-found")).to_contain_text("INSERT INTO")

    build(page, "Balmoral")
    expect(group).to_contain_text("2 of 5 requests")
    group.get_by_role("button", name="Show all requests").click()
    expect(page.locator(".xray-request:visible")).to_have_count(5)
    expect(page.locator(".xray-found")).to_have_count(0)


def test_a_filter_that_nothing_matches_says_what_to_do(site, page):
    page.goto(site + STAGE)
    expect(inner(page).get_by_text("Seeded")).to_be_visible()
    say_as_the_lesson(page, "has=mail")
    group = page.get_by_role("group", name="Filter")
    expect(group).to_contain_text("No request yet where there is something under mail.")
    say_as_the_lesson(page, "nonsense")
    expect(page.locator("#toast")).to_contain_text("There is no filter nonsense.")


def test_nobody_else_filters(site, page):
    page.goto(site + STAGE)
    expect(page.locator(".xray-request")).to_have_count(1)
    page.evaluate("window.postMessage({type: 'stage:filter', filter: 'has=mail'}, '*')")
    page.wait_for_timeout(200)

    expect(page.locator(".xray-request:visible")).to_have_count(1)


def test_many_requests_scroll_in_their_list(site, page, context):
    page.goto(site + STAGE)
    for number in range(40):
        context.request.get(f"{site}/yard/sandpit/knock/?n={number}")
    expect(page.locator(".xray-request")).to_have_count(41)
    region = page.get_by_role("region", name="X-ray of requests")

    assert region.bounding_box()["height"] < 700
    expect(page.locator(".xray-request").last).not_to_be_in_viewport()
    region.focus()
    page.keyboard.press("End")
    expect(page.locator(".xray-request").last).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_what_it_opens_is_accessible_and_fits(site, chromium, scheme, width):
    with chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        request = built(page, site)
        resend_form(request)
        for name in ("Copy as curl", "EXPLAIN", "demo/views.py"):
            request.get_by_role("button", name=name).first.click()
        expect(request.locator(".xray-line-it")).to_be_visible()
        say_as_the_lesson(page, "sql~INSERT")

        assert page.evaluate("document.documentElement.scrollWidth") == width
        result = Axe().run(page, options={"iframes": False})
        violations = [
            (found["id"], [node["html"] for node in found["nodes"]])
            for found in result.response["violations"]
        ]
        assert violations == [], json.dumps(violations, indent=1)


def test_a_socket_is_a_line_of_time_that_grows(site, page):
    page.goto(site + STAGE)
    expect(inner(page).get_by_text("Seeded")).to_be_visible()
    frame = next(one for one in page.frames if one.url == f"{site}/yard/sandpit/")
    frame.evaluate("() => { window.socket = new WebSocket(location.href.replace('http', 'ws') + 'ws/'); }")
    request = opened(page, "WS")
    expect(request.locator(".xray-frame")).to_have_count(2)
    expect(request).to_contain_text("open")
    frame.evaluate("() => socket.send(JSON.stringify({name: 'Windsor'}))")

    expect(request.locator(".xray-frame")).to_have_count(4)
    expect(request.locator(".xray-frame-in").last).to_contain_text('{"name":"Windsor"}')
    sent = request.locator(".xray-frame-out").last
    sent.get_by_role("button", name="demo/routing.py").click()
    expect(sent.locator(".xray-line-it")).to_contain_text("self.send_json")
    frame.evaluate("() => socket.close(1000)")
    expect(request).to_contain_text("closed by the browser (1000)")


def test_a_request_that_the_browser_gave_up_is_no_error(site, page):
    page.goto(site + STAGE)
    expect(inner(page).get_by_text("Seeded")).to_be_visible()
    frame = next(one for one in page.frames if one.url == f"{site}/yard/sandpit/")
    frame.evaluate(
        """() => {
            const leave = new AbortController();
            fetch('forever/', {signal: leave.signal}).catch(() => {});
            setTimeout(() => leave.abort(), 300);
        }"""
    )
    request = opened(page, "forever")

    expect(request.locator("summary").first).to_contain_text("aborted by the browser")
    expect(request).not_to_contain_text("CancelledError")
