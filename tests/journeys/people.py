"""What people do on the pages, in their own words."""

from __future__ import annotations

import json
import re
import time
import uuid
from pathlib import Path

from playwright.sync_api import Frame, Page, expect

from tests.stack import ROOT, Account

LESSON = "/authentication/login_logout/"
EXERCISE = "/exercises/login_logout/repair_parcels/"
EXERCISE_FOLDER = ROOT / "lessons/authentication/login_logout/exercises/repair_parcels"


def open_exercise(page: Page, path: str = EXERCISE) -> None:
    page.goto(path)
    expect(page.locator(".cm-content")).to_be_visible()


def write_file(page: Page, path: str, text: str) -> None:
    """Replace what stands in the editor for `path`."""
    open_file(page, path)
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def open_file(page: Page, path: str) -> None:
    tab = page.locator(f'[role=tab][data-path="{path}"]')
    if tab.count():
        tab.click()
    else:
        page.locator(".file-menu-button").click()
        page.locator(f'.file-row[data-path="{path}"]').click()
    expect(page.locator(f'[role=tab][data-path="{path}"]')).to_have_attribute("aria-selected", "true")


def write_solution(page: Page, folder: Path = EXERCISE_FOLDER) -> None:
    for file in sorted((folder / "solution").rglob("*")):
        if file.is_file() and file.name != "REMOVED":
            write_file(page, file.relative_to(folder / "solution").as_posix(), file.read_text())


def check(page: Page) -> None:
    # "Check again" below an older result is another one.
    page.locator(".check-button").click()


def run(page: Page) -> None:
    page.locator("[data-action=run]").first.click()
    expect(page.locator("[data-browser=status]")).to_contain_text(": 200", timeout=30_000)


def expect_complaint(page: Page, words: str, *, count: int = 1) -> None:
    """Wait until the browser's console has said this so often. It is what was to be seen, and fails no test.

    The console is told of on another way than the page's content, and may be later.
    """
    complaints: list[str] = page.complaints  # type: ignore[attr-defined]
    deadline = time.monotonic() + 15
    while sum(words in complaint for complaint in complaints) < count:
        assert time.monotonic() < deadline, complaints
        page.wait_for_timeout(50)
    page.expected.append(words)  # type: ignore[attr-defined]
    complaints[:] = [complaint for complaint in complaints if words not in complaint]


def more(page: Page, action: str) -> None:
    """Choose an entry of the workspace's menu."""
    page.locator("summary[aria-label=More]").click()
    page.locator(f"[data-action={action}]").click()


def put_draft(page: Page, files: dict[str, str], *, version: int = 0, path: str = EXERCISE) -> None:
    """Save a draft on the server, as another tab would; the page does not know of it."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    answer = page.request.put(
        f"{path}draft/",
        data=json.dumps({"files": files, "version": version}),
        headers={"X-CSRFToken": token, "Content-Type": "application/json", "Referer": page.url},
    )
    assert answer.ok, answer.text()


def expect_result(page: Page, words: str, *, timeout: float = 60_000) -> None:
    expect(page.locator(".result-title")).to_have_text(re.compile(words, re.IGNORECASE), timeout=timeout)


def sign_in(page: Page, account: Account) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(account.email)
    page.get_by_label("Password", exact=True).fill(account.password)
    page.locator("main").get_by_role("button", name="Sign in").click()


def sign_up(page: Page, email: str, password: str) -> None:
    """Sign up, and type the code from the local mailbox."""
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.get_by_label("Code").fill(mailed_code(page, email))
    page.locator("main").get_by_role("button", name="Confirm").click()


def mailed_code(page: Page, email: str) -> str:
    """Return the code of the newest letter to this address, from the local mailbox. The page asks for it."""
    expect(page.locator("input[name=code]")).to_be_visible()
    code_page = page.url
    mailbox = page.context.new_page()
    mailbox.goto("/mailbox/")
    newest = mailbox.locator("article", has_text=email).first
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", newest.inner_text(), flags=re.MULTILINE)
    assert found, mailbox.content()
    mailbox.close()
    assert page.url == code_page
    return found[1]


def new_account(page: Page) -> Account:
    """Sign up somebody whom nobody has met."""
    account = Account(f"{uuid.uuid4().hex[:12]}@example.org", "seven-runner-beans")
    sign_up(page, account.email, account.password)
    expect(page.locator(".account-button")).to_be_visible()
    return account


def demo_frame(page: Page) -> Frame:
    """Return the demo itself: the frame within the stage's frame."""
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    stage = page.frame_locator("[data-stage] iframe")
    inner = stage.locator("iframe").first.element_handle()
    frame = inner.content_frame()
    assert frame is not None
    return frame
