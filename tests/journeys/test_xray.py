"""The X-ray in a lesson: a mission, then everything that can be asked about one of its requests."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.journeys.people import LESSON, open_exercise, run


def open_stage(page: Page) -> tuple[FrameLocator, FrameLocator]:
    """Return the stage, and the demo in it."""
    page.goto(LESSON)
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    stage = page.frame_locator("[data-stage] iframe")
    return stage, stage.frame_locator("iframe >> nth=0")


def sign_in(demo: FrameLocator, name: str, password: str) -> None:
    demo.get_by_label("Username").fill(name)
    demo.get_by_label("Password").fill(password)
    demo.locator("main").get_by_role("button", name="Sign in").click()


def opened(stage: FrameLocator, words: str) -> Locator:
    # By its place from the end: what is sent again stands above it.
    request = stage.locator(".xray-request", has_text=words).last
    request.locator("summary").first.click()
    return request


def test_a_request_is_looked_into_and_sent_again(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stage, demo = open_stage(page)
    demo.get_by_role("link", name="Sign in").first.click()
    for name in ("ada", "nobody-at-all"):
        sign_in(demo, name, "a-wrong-password")
        expect(demo.get_by_text("Please enter a correct username")).to_be_visible()
        expect(demo.get_by_label("Username")).to_have_value(name)
    expect(page.locator(".mission-done")).to_have_count(1)

    shelf = opened(stage, "GET")
    books = shelf.locator(".xray-query", has_text="login_logout_book").first
    books.locator(".xray-sql").click()
    expect(books.locator(".xray-line-it")).to_contain_text("books")

    request = opened(stage, "POST")
    query = request.locator(".xray-query", has_text="auth_user").first
    expect(query).to_contain_text("Django's own doing")
    query.get_by_role("button", name="EXPLAIN").click()
    expect(query.get_by_role("list", name="Query plan")).to_contain_text("USING INDEX")

    request.get_by_role("button", name="Copy as curl").click()
    expect(request.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl ")

    request.get_by_role("button", name="Edit and resend").click()
    form = request.get_by_role("form", name="Edit and resend")
    form.get_by_label("Body").fill("username=grace&password=another-wrong-one")
    form.get_by_role("button", name="Send").click()
    resent = stage.locator(".xray-request", has_text="resent")
    expect(resent.locator("summary").first).to_contain_text("200")
    expect(resent.locator(".xray-query", has_text="'grace'").first).to_be_visible()


def test_a_link_of_the_text_filters_the_xray(page: Page):
    stage, demo = open_stage(page)
    expect(demo.get_by_role("link", name="Sign in").first).to_be_visible()
    link = page.get_by_role("link", name="user by id")
    link.scroll_into_view_if_needed()
    link.focus()
    page.keyboard.press("Enter")
    group = stage.get_by_role("group", name="Filter")
    expect(group).to_contain_text('No request yet where a statement has “FROM "auth_user"” in it.')
    expect(group).to_be_in_viewport()

    demo.get_by_role("link", name="Sign in").first.click()
    sign_in(demo, "ada", "a-wrong-password")
    expect(stage.locator(".xray-found").first).to_contain_text("auth_user")
    # The keyboard was brought along: it stands on "Show all requests".
    link.focus()
    page.keyboard.press("Enter")
    expect(stage.locator(".xray-filter button:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(group).to_be_hidden()
    expect(stage.locator(".xray-request:visible")).to_have_count(stage.locator(".xray-request").count())


def test_a_link_opens_a_demo_that_was_not_near(page: Page):
    page.goto(f"{LESSON}#break-it")
    page.get_by_role("link", name="session by key").evaluate("link => link.click()")
    stage = page.frame_locator("[data-stage] iframe")
    expect(stage.get_by_role("group", name="Filter")).to_contain_text("django_session")


def test_an_exercise_has_the_same_panel_with_plans_and_resending(page: Page):
    open_exercise(page)
    run(page)
    frame = page.frame_locator("[data-browser=frame]")
    frame.get_by_role("link", name="Sign in").click()
    frame.locator("input[name=username]").fill("nobody")
    frame.locator("input[name=password]").fill("wrong")
    frame.locator("form button").last.click()
    expect(page.locator("[data-browser=status]")).to_contain_text("POST /login/: 200")
    page.locator("[data-tool=xray]").click()

    request = page.locator(".xray-request", has_text="POST").last
    request.locator("summary").first.click()
    query = request.locator(".xray-query", has_text="auth_user").first
    query.get_by_role("button", name="EXPLAIN").click()
    expect(query.get_by_role("list", name="Query plan")).to_contain_text("USING INDEX")
    request.get_by_role("button", name="Edit and resend").click()
    form = request.get_by_role("form", name="Edit and resend")
    form.get_by_label("Body").fill("username=somebody&password=else")
    form.get_by_role("button", name="Send").click()

    resent = page.locator(".xray-request", has_text="resent")
    expect(resent.locator("summary").first).to_contain_text("200", timeout=30_000)
    expect(resent.locator(".xray-query", has_text="'somebody'").first).to_be_visible()
