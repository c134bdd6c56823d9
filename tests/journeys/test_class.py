"""A class: a teacher opens it, a learner joins by the link and gets stuck, the teacher comments."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.people import (
    EXERCISE,
    check,
    expect_result,
    mailed_code,
    more,
    open_exercise,
    sign_in,
    write_file,
)
from tests.stack import Stack

STUCK_TRIES = 5


def test_who_is_stuck_is_seen_and_helped(page: Page, stack: Stack):
    sign_in(page, stack.account("instructor"))
    page.goto("/teach/classes/new/")
    page.get_by_label("Name").fill("Evening class")
    page.get_by_role("button", name="Open the class").click()
    link = page.get_by_label("Whoever has it can join").input_value()

    teacher = page.context
    learner_context = teacher.browser.new_context(base_url=stack.origin)  # type: ignore[union-attr]
    learner = learner_context.new_page()
    learner.set_default_timeout(20_000)
    join(learner, link)

    open_exercise(learner)
    for number in range(STUCK_TRIES):
        write_file(learner, "parcels/accounts.py", f"# try {number + 1}\n")
        check(learner)
        expect_result(learner, "error|not there yet|does not start", timeout=90_000)

    page.get_by_role("link", name="How it goes").click()
    stuck = page.locator("section", has=page.get_by_role("heading", name="Stuck now"))
    row = stuck.get_by_role("row", name=re.compile("stuck@example.org"))
    expect(row).to_contain_text(str(STUCK_TRIES))
    row.get_by_role("link", name="All attempts").click()
    expect(page.locator(".teach-diff").first).to_contain_text("# try 5")
    page.get_by_role("link", name="Attempt 5").click()
    page.get_by_label("Your comment").fill("The views import `customer_required`. **Keep it.**")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".feedback")).to_contain_text("not read yet")

    learner.goto("/progress/")
    expect(learner.get_by_role("heading", name="Comments on your attempts")).to_contain_text("1 new")
    learner.goto(EXERCISE)
    expect(learner.locator(".pane-task .feedback strong").last).to_have_text("Keep it.")
    expect(learner.locator("[data-feedback-read]")).to_be_hidden()
    more(learner, "attempts")
    learner.locator("[data-review-list] button", has_text="commented").click()
    expect(learner.locator("[data-review-diff] .feedback")).to_contain_text("Keep it.")
    learner_context.close()
    page.reload()
    expect(page.locator(".feedback")).to_contain_text("read")
    expect(page.locator(".feedback")).not_to_contain_text("not read yet")


def join(learner: Page, link: str) -> None:
    """Sign up from the class's page, and join it."""
    learner.goto(link)
    main = learner.locator("main")
    main.get_by_role("link", name="Sign up").click()
    learner.get_by_label("Email").fill("stuck@example.org")
    learner.get_by_label("Password", exact=True).fill("seven-runner-beans")
    main.get_by_role("button", name="Sign up").click()
    learner.get_by_label("Code").fill(mailed_code(learner, "stuck@example.org"))
    main.get_by_role("button", name="Confirm").click()
    learner.get_by_role("button", name="Join the class").click()
    expect(learner.locator("#messages")).to_contain_text("You are in the class now")
