"""The workspace as people use it beyond checking: run, look, ask, keep, compare."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.people import (
    check,
    expect_result,
    more,
    open_exercise,
    run,
    write_file,
    write_solution,
)

VIEWS = "parcels/accounts.py"


def test_links_and_forms_work_in_the_mini_browser_and_show_in_the_x_ray(page: Page):
    open_exercise(page)
    run(page)
    frame = page.frame_locator("[data-browser=frame]")
    frame.get_by_role("link", name="Sign in").click()
    expect(page.locator("[data-browser=address]")).to_have_value("/login/")
    frame.locator("input[name=username]").fill("nobody")
    frame.locator("input[name=password]").fill("wrong")
    frame.locator("form button").last.click()
    expect(page.locator("[data-browser=status]")).to_contain_text("POST /login/: 200")
    page.locator("[data-browser=back]").click()
    expect(page.locator("[data-browser=status]")).to_contain_text("GET")
    page.locator("[data-tool=xray]").click()
    expect(page.locator("#tool-xray li").filter(has_text="POST").first).to_be_visible()


def test_the_console_asks_the_project_and_shows_its_errors(page: Page):
    open_exercise(page)
    page.locator("[data-tool=console]").click()
    page.locator("#console-input").fill("__import__('parcels.models').__name__")
    page.keyboard.press("Enter")
    # Faster than the project boots: nothing is lost, and the answers come in order.
    page.locator("#console-input").fill("1/0")
    page.keyboard.press("Enter")
    expect(page.locator(".console-out")).to_have_text("'parcels'", timeout=30_000)
    expect(page.locator(".problem-box")).to_contain_text("ZeroDivisionError")


def test_a_project_that_does_not_boot_names_file_and_line(page: Page):
    open_exercise(page)
    write_file(page, VIEWS, "def broken(:\n")
    page.locator("[data-action=run]").first.click()
    expect(page.locator("[data-browser=problem]")).to_contain_text(VIEWS, timeout=30_000)


def test_a_new_file_is_kept_on_the_server_and_can_be_undone(page: Page):
    open_exercise(page)
    page.locator(".file-menu-button").click()
    page.locator("[data-file-action=create]").click()
    page.locator("#file-path").fill("parcels/extra.py")
    page.keyboard.press("Enter")
    expect(page.locator('[role=tab][data-path="parcels/extra.py"]')).to_be_visible()
    expect(page.locator("[data-part=saved]")).to_have_text("Saved", timeout=10_000)
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator('[role=tab][data-path="parcels/extra.py"]')).to_be_visible()
    more(page, "reset-all")
    expect(page.locator('[role=tab][data-path="parcels/extra.py"]')).to_have_count(0)
    page.locator("[data-part=notice] .notice-undo").click()
    expect(page.locator(".file-menu-button")).to_contain_text("13")


def test_the_solution_opens_beside_the_code_after_passing(page: Page):
    open_exercise(page)
    write_solution(page)
    check(page)
    expect_result(page, "every check passes")
    more(page, "reset-all")
    more(page, "solution")
    expect(page.locator(".cm-mergeView")).to_be_visible()
    page.locator("[data-review-close]").click()
    more(page, "attempts")
    page.locator("[data-review-list] button").first.click()
    page.get_by_role("button", name="Restore this attempt").click()
    expect(page.locator("[data-part=notice]")).to_contain_text("that of the attempt")
