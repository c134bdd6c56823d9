"""Without a mouse, by ear, and on a phone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.people import (
    EXERCISE,
    check,
    expect_complaint,
    expect_result,
    more,
    open_exercise,
    write_file,
)
from tests.stack import ROOT

STATIONS = "/exercises/aggregation/repair_stations/"
SOLVED = ROOT / "lessons/database/aggregation/exercises/repair_stations/solution/hire/reports.py"


def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until the focus is on what `selector` names: it can be reached; nothing holds the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{most} times Tab do not lead to {selector}")


def test_an_exercise_is_done_from_the_first_tab_to_passed_without_a_mouse(page: Page):
    open_exercise(page, STATIONS)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, ".hint summary")
    page.keyboard.press("Enter")
    expect(page.locator(".hint[open]")).to_have_count(1)
    tab_to(page, ".cm-content")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("reports = ")
    page.keyboard.press("Tab")  # Tab indents here …
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")  # … and after Escape it leads on.
    expect(page.locator(".cm-content")).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(SOLVED.read_text())
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-browser=status]")).to_contain_text(": 200", timeout=30_000)
    page.keyboard.press("Control+Shift+Enter")
    expect_result(page, "every check passes")
    page.keyboard.press("Escape")
    tab_to(page, "[data-tool=checks]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-tool=console]")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    tab_to(page, ".results-next a")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: STATIONS not in address and "aggregation" in address)


def test_results_are_announced_once_and_in_words(page: Page):
    open_exercise(page, STATIONS)
    heard = page.evaluate_handle(
        """() => {
            const heard = [];
            const live = document.querySelector("[data-live]");
            new MutationObserver(() => heard.push(live.textContent)).observe(live, { childList: true });
            return heard;
        }"""
    )
    assert page.locator("[data-live]").get_attribute("aria-live") == "polite"
    check(page)
    expect_result(page, "not there yet")
    said = heard.json_value()
    assert said[0] == "Sending."
    assert "Not there yet." in said[-1] and "The first to look at:" in said[-1]
    assert len(said) == len(set(said)), said
    assert len(said) <= 5, said


def test_hints_open_one_at_a_time_and_stay_open_for_the_next_visit(page: Page):
    open_exercise(page)
    hints = page.locator(".hint")
    count = hints.count()
    assert count >= 2
    expect(page.locator(".hint:visible")).to_have_count(1)
    hints.first.locator("summary").click()
    expect(page.locator(".hint:visible")).to_have_count(2)
    page.reload()
    expect(page.locator(".hint:visible")).to_have_count(2)


def test_the_keys_are_listed_and_the_dialogs_give_the_focus_back(page: Page):
    open_exercise(page)
    page.locator(".task-title").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    more(page, "attempts")
    expect(page.get_by_role("dialog", name="Earlier attempts")).to_contain_text("not checked your code yet")
    page.keyboard.press("Escape")
    expect(page.locator("summary[aria-label=More]")).to_be_visible()


def test_the_solution_opens_only_after_a_few_tries(page: Page):
    open_exercise(page)
    more(page, "solution")
    expect(page.locator("[data-review-diff]")).to_contain_text(
        "The solution opens when every check passes, or after 3"
    )
    expect_complaint(page, "status of 4")  # the refusal


def test_on_a_phone_one_pane_shows_at_a_time(page: Page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(STATIONS)
    switch = page.locator("[data-show-pane]")
    panes = page.locator("#pane-task:visible, #pane-code:visible, #pane-results:visible")
    expect(panes).to_have_count(1)
    expect(page.locator(".task-title")).to_be_visible()
    # The editor is fetched when it is asked for.
    expect(page.locator(".cm-content")).to_have_count(0)
    switch.filter(has_text="Code").click()
    expect(panes).to_have_count(1)
    write_file(page, "hire/reports.py", SOLVED.read_text())
    check(page)
    expect(page.locator("#pane-results")).to_be_visible()
    expect(panes).to_have_count(1)
    expect_result(page, "every check passes")
    switch.filter(has_text="Task").click()
    expect(page.locator(".task-title")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_ctrl_enter_runs_from_anywhere_on_the_page(page: Page):
    open_exercise(page, EXERCISE)
    page.locator(".task-title").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-browser=status]")).to_contain_text(": 200", timeout=30_000)
    expect(page.locator("[data-tool=browser]")).to_have_attribute("aria-selected", "true")
