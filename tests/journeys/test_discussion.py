"""Two people talk about an exercise, its code waits until it is passed. A problem is reported and closed."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import EXERCISE, LESSON, new_account, sign_in
from tests.journeys.test_accessible import expect_accessible
from tests.stack import Stack
from tests.visitor import solution

QUESTION = f"Where does the parcel go {uuid.uuid4().hex[:6]}"


@pytest.fixture
def other(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Somebody else's browser."""
    context = browser.new_context(base_url=stack.origin, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def hand_in_the_solution(page: Page) -> None:
    """Hand in as the workspace does, and wait for the grade."""
    page.goto(EXERCISE)
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    answer = page.request.post(
        f"{EXERCISE}submissions/",
        data=json.dumps({"files": solution()}),
        headers={"X-CSRFToken": token, "Content-Type": "application/json", "Referer": page.url},
    )
    assert answer.status == 201, answer.text()
    url, deadline = f"/submissions/{answer.json()['id']}/", time.monotonic() + 90
    while page.request.get(url).json()["state"] != "passed":
        assert time.monotonic() < deadline, page.request.get(url).text()
        page.wait_for_timeout(200)


def test_two_people_talk_and_the_code_waits_until_the_exercise_is_passed(
    page: Page, other: Page, stack: Stack
):
    sign_in(other, stack.account("learner"))
    expect(other.locator(".account-button")).to_be_visible()
    other.goto(EXERCISE)
    other.get_by_role("link", name="Questions and answers about this exercise").click()
    other.get_by_label("In a line").fill(QUESTION)
    other.get_by_label("What you did").fill("It says this:\n\n```python\nopen_the_parcel()\n```")
    other.get_by_label("Your name here").fill("Learner One")
    other.get_by_role("button", name="Ask").click()
    expect(other.locator("h1")).to_have_text(QUESTION)
    expect(other.locator(".post")).to_contain_text("open_the_parcel()")

    new_account(page)
    page.goto(other.url)
    expect(page.locator(".post")).to_contain_text("opens when you have passed it")
    assert "open_the_parcel" not in page.content()
    hand_in_the_solution(page)
    page.goto(other.url)
    expect(page.locator(".post")).to_contain_text("open_the_parcel()")
    page.get_by_label("Your reply").fill("At the door.")
    page.get_by_label("Your name here").fill(f"Two {uuid.uuid4().hex[:6]}")
    page.get_by_role("button", name="Reply").click()
    expect(page.locator(".post").last).to_contain_text("At the door.")

    other.reload()
    other.get_by_role("button", name="This answers it").click()
    expect(other.locator(".post--answer")).to_contain_text("At the door.")
    expect_accessible(other)
    other.goto(f"{LESSON}#discussion")
    expect(other.locator("#discussion")).to_contain_text("Ask a question")


def test_a_problem_with_a_block_is_reported_and_closed(page: Page, other: Page, stack: Stack):
    words = f"The figure is upside down {uuid.uuid4().hex[:6]}"
    sign_in(other, stack.account("learner"))
    expect(other.locator(".account-button")).to_be_visible()
    other.goto(LESSON)
    other.locator(".block-report a").first.click()
    other.get_by_label("It is wrong").check()
    other.get_by_label("What is wrong, and").fill(words)
    other.get_by_role("button", name="Report it").click()
    expect(other.locator("main")).to_contain_text("Thank you")

    sign_in(page, stack.account("instructor"))
    expect(page.locator(".account-button")).to_be_visible()
    page.goto("/teach/problems/")
    expect_accessible(page)
    report = page.locator(".report", has_text=words)
    expect(report.get_by_role("link", name="Open the editor there")).to_be_visible()
    report.get_by_role("button", name="Close").click()
    expect(page.locator(".report", has_text=words)).to_have_count(0)
    page.goto("/teach/problems/?state=closed")
    expect(page.locator(".report", has_text=words)).to_be_visible()
