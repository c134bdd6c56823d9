"""Foghorn's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, Locator, Page, expect

LESSON = "/deployment/github_actions/"
MISSIONS = 5
RUN = 40_000  # of a pipeline, on a busy machine


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def press(app: FrameLocator, control: Locator) -> None:
    """And wait for the page that it leads to, lest the old one is typed into on a busy machine."""
    app.locator("body").evaluate("body => { body.dataset.old = 1 }")
    control.click()
    expect(app.locator("body:not([data-old]) main")).to_be_visible()


def link(app: FrameLocator, name: str) -> None:
    press(app, app.get_by_role("link", name=name, exact=True))


def button(app: FrameLocator, name: str) -> None:
    press(app, app.get_by_role("button", name=name, exact=True))


def edit(area: Locator, *changes: tuple[str, str]) -> None:
    text = area.input_value()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    area.fill(text)


def workflow(app: FrameLocator) -> Locator:
    link(app, "Workflow")
    return app.get_by_label(".github/workflows/ci.yml")


def expect_end(app: FrameLocator, conclusion: str) -> None:
    expect(app.locator("[data-total]").last).to_have_text(conclusion, timeout=RUN)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    link(app, "Files")
    link(app, "tides/levels.py")
    edit(app.get_by_label("Text"), (">= 450", ">= 500"))
    button(app, "Save")
    expect(app.get_by_role("status")).to_contain_text("in the next push")
    workflow(app)
    button(app, "Push")
    expect_end(app, "failure")
    expect(app.locator("[data-job]").last.locator(".state")).to_have_text("skipped")
    expect(app.locator("pre").filter(has_text="FAILED (").first).to_be_attached()
    expect_ticked(page, 1)

    edit(workflow(app), ("  deploy:\n    needs: [lint, test]", "  deploy:\n    needs: [lint, tests]"))
    button(app, "Save")
    expect(app.get_by_role("alert")).to_contain_text("needs the job 'tests', which is not here")
    expect_ticked(page, 2)

    button(app, "Put the originals back")
    link(app, "Pull request")
    app.get_by_label("Title").fill('x"; python -c "print(6 * 7)"; echo "y')
    button(app, "Open the pull request")
    expect(app.locator('[data-job="lint"] pre').last).to_contain_text("42", timeout=RUN)
    expect_ticked(page, 3)

    group = "concurrency:\n  group: ci-${{ github.ref }}\n  cancel-in-progress: true\n\njobs:\n"
    edit(workflow(app), ("jobs:\n", group), ("    steps:\n", "    steps:\n      - run: sleep 15\n"))
    button(app, "Save")
    expect(app.get_by_role("status")).to_contain_text("Saved.")
    button(app, "Push")
    expect(app.locator("[data-total]")).to_have_text("running", timeout=RUN)
    app.get_by_role("button", name="Push again").click()
    expect_end(app, "cancelled")
    expect(app.locator("[data-reason]").last).to_contain_text("of the same group came")
    expect_ticked(page, 4)

    link(app, "Workflow")
    button(app, "Put the originals back")
    app.get_by_text("Which hash is which tag?").click()
    hashes = [re.sub(r"\s+", " ", text) for text in app.locator("details code").all_inner_texts()]
    keep = "\n        with:\n          persist-credentials: false"
    title = "${{ github.event.pull_request.title || github.event.head_commit.message }}"
    edit(
        workflow(app),
        ("actions/checkout@v4", hashes[0] + keep),
        ("actions/setup-python@v5", hashes[1]),
        ("jobs:\n", "permissions:\n  contents: read\n\njobs:\n"),
        (
            f'          echo "Testing: {title}"\n',
            f'          echo "Testing: $TITLE"\n        env:\n          TITLE: {title}\n',
        ),
    )
    button(app, "Save")
    expect(app.get_by_role("status")).to_contain_text("zizmor finds nothing")
    expect_ticked(page, 5)

    page.reload()
    expect_ticked(page, 5)
    # A refusal is a page with the status 422, which Chromium reports as an error.
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    assert len(complaints) == 1 and "422" in complaints[0], complaints
    complaints.clear()
