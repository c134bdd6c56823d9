"""What is typed is not lost: two tabs, no network, a reload while it is graded, a grader that is down."""

from __future__ import annotations

import os
import signal

from playwright.sync_api import Page, expect

from tests.journeys.people import (
    EXERCISE,
    check,
    expect_result,
    more,
    open_exercise,
    open_file,
    write_file,
    write_solution,
)
from tests.stack import Stack

VIEWS = "parcels/views.py"
SLOW = "import time\n\ntime.sleep(2)\n"


def saved(page: Page, words: str) -> None:
    expect(page.locator("[data-part=saved]")).to_have_text(words, timeout=20_000)


def code(page: Page) -> str:
    return page.locator(".cm-content").inner_text()


def test_two_tabs_do_not_overwrite_each_other(page: Page):
    open_exercise(page)
    other = page.context.new_page()
    open_exercise(other)
    write_file(page, VIEWS, "# from the first tab\n")
    saved(page, "Saved")

    write_file(other, VIEWS, "# from the second tab\n")
    notice = other.locator("[data-part=notice]")
    expect(notice).to_contain_text("changed in another tab", timeout=20_000)
    saved(other, "Changed in another tab too")
    other.get_by_role("button", name="Take the other").click()
    expect(other.locator(".cm-content")).to_contain_text("from the first tab")

    page.reload()
    open_file(page, VIEWS)
    expect(page.locator(".cm-content")).to_contain_text("from the first tab")


def test_of_two_tabs_the_one_that_goes_on_typing_wins(page: Page):
    open_exercise(page)
    other = page.context.new_page()
    open_exercise(other)
    write_file(page, VIEWS, "# from the first tab\n")
    saved(page, "Saved")
    write_file(other, VIEWS, "# from the second tab\n")
    saved(other, "Changed in another tab too")
    write_file(other, VIEWS, "# from the second tab, on purpose\n")
    saved(other, "Saved")
    page.evaluate("localStorage.clear()")
    page.close()
    other.reload()
    open_file(other, VIEWS)
    expect(other.locator(".cm-content")).to_contain_text("on purpose")


def test_without_network_it_is_kept_here_and_sent_later(page: Page):
    open_exercise(page)
    page.context.set_offline(True)
    write_file(page, VIEWS, "# typed in a train\n")
    saved(page, "Saved in this browser")
    check(page)
    expect(page.locator("[data-problem]")).to_contain_text("cannot be reached")
    page.context.set_offline(False)
    saved(page, "Saved")
    page.evaluate("localStorage.clear()")
    page.reload()
    open_file(page, VIEWS)
    expect(page.locator(".cm-content")).to_contain_text("typed in a train")
    page.complaints.clear()  # type: ignore[attr-defined]  # the browser's own words about the network


def test_a_reload_while_it_is_graded_finds_the_result(page: Page):
    open_exercise(page)
    write_solution(page)
    open_file(page, VIEWS)
    write_file(page, VIEWS, SLOW + code(page))
    check(page)
    expect_result(page, "queued|running")
    page.reload()
    expect_result(page, "every check passes")
    assert page.url.endswith(EXERCISE)


def test_a_grader_that_is_down_is_our_fault_and_grades_later(page: Page, stack: Stack):
    open_exercise(page)
    write_solution(page)
    assert stack.process
    # The parent would start it again at once.
    stack.process.send_signal(signal.SIGSTOP)
    try:
        os.kill(stack.child("sandbox.jail"), signal.SIGKILL)
        check(page)
        expect_result(page, "our fault")
        expect(page.locator("[data-summary]")).to_contain_text(
            "Your work is kept and will be graded by itself"
        )
        expect(page.locator("[data-live]")).to_contain_text("our fault")
    finally:
        stack.process.send_signal(signal.SIGCONT)
    expect_result(page, "every check passes", timeout=90_000)
    stack.wait_until_ready()


def test_an_earlier_attempt_can_be_seen_and_restored(page: Page):
    open_exercise(page)
    write_file(page, VIEWS, "# the first attempt\ndef broken(:\n")
    check(page)
    expect_result(page, "error")
    write_file(page, VIEWS, "# what came later\n")
    more(page, "attempts")
    page.locator("[data-review-list] button").first.click()
    expect(page.locator(".cm-mergeView")).to_contain_text("the first attempt")
    page.get_by_role("button", name="Restore this attempt").click()
    open_file(page, VIEWS)
    expect(page.locator(".cm-content")).to_contain_text("the first attempt")
    page.locator("[data-part=notice] .notice-undo").click()
    expect(page.locator(".cm-content")).to_contain_text("what came later")
