"""A lesson is exported, edited on both sides, and its conflict is resolved in the admin."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from content.tests.folders import LESSON, write_syllabus
from tests.database.base import copy_migrated
from tests.journeys.people import sign_in
from tests.stack import ROOT, Account, Stack, free_ports, readiness

ADMIN = Account("admin@example.org", "seven-runner-beans")
MAKE_ADMIN = f"""
from allauth.account.models import EmailAddress
from lms.accounts.models import User
user = User.objects.create_superuser({ADMIN.email!r}, {ADMIN.password!r})
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""


@dataclass
class SmallSite:
    """The course's site alone, on a syllabus of one lesson whose folder a test may change."""

    stack: Stack
    file: Path

    def edit_file(self, old: str, new: str) -> None:
        text = self.file.read_text()
        assert old in text
        self.file.write_text(text.replace(old, new))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[SmallSite]:
    var_dir, lessons = tmp_path / "var", tmp_path / "lessons"
    var_dir.mkdir()
    stack = Stack(var_dir, {"LESSONS_DIR": str(lessons)})
    stack.port, stack.demos_port = free_ports(2)
    folder = write_syllabus(lessons)
    if not copy_migrated(var_dir / "lms.sqlite3"):
        stack.manage("migrate", "--verbosity", "0")
    stack.manage("load_lessons")
    stack.manage("shell", "--verbosity", "0", "--command", MAKE_ADMIN)
    command = ["-m", "uvicorn", "lms.asgi:application", "--port", str(stack.port), "--log-level", "warning"]
    with (var_dir / "up.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=stack.environment(), stdout=log, stderr=log
        )
    try:
        wait_until_live(stack)
        yield SmallSite(stack, folder / "lesson.md")
    finally:
        process.terminate()
        process.wait(40)


def wait_until_live(stack: Stack, within: float = 90) -> None:
    deadline = time.monotonic() + within
    # It is not ready without a jail, and answers all the same.
    while not re.match(r"\d{3}", readiness(stack.origin)):
        assert time.monotonic() < deadline, stack.log
        time.sleep(0.1)


@pytest.fixture
def page(browser: Browser, site: SmallSite) -> Iterator[Page]:
    context = browser.new_context(base_url=site.stack.origin, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def edit_in_admin(page: Page, why: str) -> None:
    page.goto("/cms/pages/")
    page.get_by_role("textbox", name=re.compile("Search")).first.fill("Counting sheep")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Counting sheep").first.click()
    page.locator("#id_why").fill(why)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("body")).to_contain_text("published")


def test_conflict_is_shown_and_resolved_in_the_admin(page: Page, site: SmallSite):
    sign_in(page, ADMIN)
    expect(page.locator(".account-button")).to_be_visible()
    edit_in_admin(page, "To fall asleep")
    site.stack.manage("export_lessons")
    assert site.file.read_text() == LESSON.replace("why: Sleep", "why: To fall asleep")

    edit_in_admin(page, "To dream")
    site.edit_file("why: To fall asleep", "why: To rest")
    site.edit_file("minutes: 20", "minutes: 25")
    loaded = site.stack.manage("load_lessons", check=False)
    assert loaded.returncode == 2
    for line in ("base   | why: To fall asleep", "here   | why: To dream", "folder | why: To rest"):
        assert line in loaded.stdout

    page.goto("/cms/exchange/")
    expect(page.get_by_role("row", name="Counting sheep")).to_contain_text("changed on both sides")
    page.get_by_role("link", name="Counting sheep", exact=True).click()
    conflict = page.locator(".exchange-change--conflict")
    expect(conflict).to_contain_text("why: To fall asleep")
    expect(conflict).to_contain_text("why: To dream")
    expect(conflict).to_contain_text("why: To rest")
    expect(page.get_by_role("button", name="Merge both")).to_have_count(0)

    # The file's author gives in: what is left of their change does not touch the other.
    site.edit_file("why: To rest", "why: To fall asleep")
    page.reload()
    page.get_by_role("button", name="Merge both").click()
    expect(page.locator("body")).to_contain_text("has the changes of both sides now")
    site.stack.manage("export_lessons")
    wanted = LESSON.replace("why: Sleep", "why: To dream").replace("minutes: 20", "minutes: 25")
    assert site.file.read_text() == wanted
