from __future__ import annotations

import re
import uuid

from playwright.sync_api import Page, expect

from tests.journeys.people import LESSON, check, expect_result, open_exercise, sign_up, write_solution
from tests.stack import Stack

TAKEN = re.compile(r"\d+ of \d+ done")


def done(page: Page) -> int:
    """Return how many things of the lesson are done, as its page says."""
    text = page.locator("#lesson-progress").inner_text()
    found = re.search(r"(\d+) of (\d+) done", text)
    assert found, text
    return int(found[1])


def expect_done(page: Page, count: int) -> None:
    expect(page.locator("#lesson-progress")).to_contain_text(f"{count} of")


def read_to_the_end(page: Page) -> None:
    page.locator("#lesson-read").scroll_into_view_if_needed()
    expect(page.locator("#lesson-read")).to_contain_text("You have read this lesson")


def test_a_visitors_progress_is_kept_and_moves_into_the_account(page: Page):
    page.goto(LESSON)
    assert done(page) == 0
    read_to_the_end(page)
    expect_done(page, 1)

    question = page.locator("form.quiz__question").first
    for answer in range(question.locator("input[name=answers]").count()):
        form = page.locator("form.quiz__question").first
        form.locator("input[name=answers]").nth(answer).check()
        form.get_by_role("button").click()
        expect(form.locator(".quiz__result")).to_be_visible()
        if "That is right" in form.inner_text():
            break
    expect_done(page, 2)

    open_exercise(page)
    write_solution(page)
    check(page)
    expect_result(page, "every check passes")
    page.goto(LESSON)
    expect_done(page, 3)

    sign_up(page, f"visitor-{uuid.uuid4().hex[:8]}@example.com", "a-long-enough-Passphrase-7")
    page.goto(LESSON)
    expect_done(page, 3)
    page.goto("/")
    expect(page.locator("main li", has_text="Login/Signup & Logout").first).to_contain_text("%")


def test_a_mission_done_in_the_demo_is_ticked_in_the_lesson(page: Page):
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text("0 of")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    app = page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")
    app.get_by_role("link", name="Desk").click()
    app.get_by_label("Username").fill("ada")
    app.get_by_label("Password").fill("analytical-engine")
    app.locator("main").get_by_role("button", name=re.compile("Sign in|Log in")).click()
    expect(page.locator("#missions")).to_contain_text("1 of", timeout=15_000)
    expect(page.locator(".mission-done")).to_have_count(1)
    expect_done(page, 1)
    page.reload()
    expect(page.locator("#missions")).to_contain_text("1 of")


def test_resetting_the_demo_makes_a_new_world(page: Page):
    page.goto(LESSON)
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    stage = page.frame_locator("[data-stage] iframe")
    app = stage.frame_locator("iframe >> nth=0")
    app.get_by_role("link", name="Join", exact=True).click()
    app.get_by_label("Username").fill("newcomer")
    app.get_by_label("Password:", exact=True).fill("a-long-enough-Passphrase-7")
    app.get_by_label(re.compile("confirmation|again", re.IGNORECASE)).fill("a-long-enough-Passphrase-7")
    app.locator("main").get_by_role("button").last.click()
    expect(app.locator("body")).to_contain_text("newcomer")
    stage.get_by_role("button", name="Reset").click()
    expect(app.locator("body")).not_to_contain_text("newcomer")
    expect(app.get_by_role("link", name="Join", exact=True)).to_be_visible()


def test_the_x_ray_shows_what_a_request_did(page: Page):
    page.goto(LESSON)
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    stage = page.frame_locator("[data-stage] iframe")
    app = stage.frame_locator("iframe >> nth=0")
    app.get_by_role("link", name="Sessions").click()
    expect(stage.locator("#xray")).to_contain_text("/sessions/")
    expect(stage.locator("#xray")).to_contain_text("GET")


def test_a_demo_that_does_not_answer_is_said_and_asked_again(page: Page, stack: Stack):
    page.expected.append("ERR_FAILED")  # type: ignore[attr-defined]
    page.clock.install()
    page.route(f"{stack.demos_origin}/**", lambda route: route.abort())
    page.goto(LESSON)
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    notice = page.locator("[data-stage-notice]")
    expect(page.locator("[data-stage] iframe")).to_have_attribute("src", re.compile("/stage/"))
    page.clock.fast_forward(7_000)
    expect(notice).to_contain_text("Waiting for the demo")
    page.unroute(f"{stack.demos_origin}/**")
    page.clock.fast_forward(10_000)
    expect(page.frame_locator("[data-stage] iframe").get_by_role("button", name="Reset")).to_be_visible()
    expect(notice).to_be_empty()
