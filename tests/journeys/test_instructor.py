from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import LESSON, expect_complaint, sign_in
from tests.stack import ROOT, Stack

LESSON_FILE = ROOT / "lessons/authentication/login_logout/lesson.md"
EDITED = "Login, sign-up and logout, as the instructor puts it"


@pytest.fixture
def lessons(stack: Stack, tmp_path: Path):
    """Afterwards the lesson is again what its file says."""
    yield
    stack.manage("load_lessons", "--force", "login_logout")


def test_an_instructor_edits_previews_and_publishes_and_the_edit_is_kept(
    page: Page, stack: Stack, lessons, tmp_path
):
    sign_in(page, stack.account("instructor"))
    page.goto("/cms/")
    expect(page).to_have_url(re.compile("/cms/$"))
    page.goto(LESSON)
    old_title = page.locator("h1").inner_text()

    page.goto("/cms/pages/")
    page.get_by_role("textbox", name=re.compile("Search")).first.fill(old_title)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=old_title).first.click()
    title = page.locator("#id_title")
    title.fill(EDITED)

    # The preview shows the draft as a learner would see it; the site does not yet.
    page.get_by_role("button", name="Toggle preview").click()
    preview = page.frame_locator("iframe[title=Preview] >> nth=-1")
    expect(preview.locator("h1")).to_have_text(EDITED, timeout=20_000)
    draft = page.context.new_page()
    draft.goto(LESSON)
    expect(draft.locator("h1")).to_have_text(old_title)

    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("body")).to_contain_text("published")
    draft.goto(LESSON)
    expect(draft.locator("h1")).to_have_text(EDITED)
    draft.close()

    before = LESSON_FILE.read_bytes()
    kept = stack.manage("load_lessons", "login_logout")
    assert "kept" in kept.stdout + kept.stderr
    assert EDITED in kept.stdout + kept.stderr
    page.goto(LESSON)
    expect(page.locator("h1")).to_have_text(EDITED)

    exported = export_into(stack, tmp_path)
    assert exported == before.replace(f"title: {old_title}".encode(), f"title: {EDITED}".encode())
    assert LESSON_FILE.read_bytes() == before

    stack.manage("load_lessons", "--force", "login_logout")
    page.goto(LESSON)
    expect(page.locator("h1")).to_have_text(old_title)
    assert export_into(stack, tmp_path / "again") == before


def export_into(stack: Stack, folder: Path) -> bytes:
    """Export the lesson into a copy of its folder, so that the checkout stays as it is; return lesson.md."""
    copy = folder / "lessons"
    shutil.copytree(ROOT / "lessons", copy)
    kept = dict(stack.extra_environment)
    stack.extra_environment["LESSONS_DIR"] = str(copy)
    try:
        stack.manage("export_lessons", "login_logout")
    finally:
        stack.extra_environment.clear()
        stack.extra_environment.update(kept)
    return (copy / "authentication/login_logout/lesson.md").read_bytes()


def test_a_learner_does_not_get_into_the_admin(page: Page, stack: Stack):
    sign_in(page, stack.account("learner"))
    answer = page.goto("/cms/")
    assert answer is not None
    assert answer.status == 403
    expect_complaint(page, "403 (Forbidden)")
