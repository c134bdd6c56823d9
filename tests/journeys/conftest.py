"""A running Django Mastery for each test process, and a browser to use it with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.browsers import launch
from tests.conftest import made_once
from tests.database.base import copy_migrated
from tests.stack import ROOT, Stack

# What Chromium says of what it does itself: it tries to keep the style of text that is typed over in an
# editable element, and a framed page's autofocus waits for a click.
CHROMIUMS_OWN = ("Applying inline style violates", "Blocked autofocusing")
# Machines that test are busy; what does not come at all still fails.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey that fails is tried again, at most twice, by a new visitor. The report has each failure."""
    for item in items:
        if "tests/journeys" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, prepared_demos: Path) -> Path:
    """A var/ folder with a migrated database and the lessons in it, made once for all test processes."""

    def make(folder: Path) -> None:
        preparing = Stack(folder)
        if not copy_migrated(folder / "lms.sqlite3"):
            preparing.manage("migrate", "--verbosity", "0")
        preparing.manage("load_lessons")
        shutil.copytree(prepared_demos, folder / "demos")

    return made_once("prepared", tmp_path_factory, make)


@pytest.fixture(scope="session")
def stack(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything, started by one command."""
    running = Stack(new_var_dir(prepared, tmp_path_factory))
    running.start()
    yield running
    running.stop()


def new_var_dir(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    var_dir = tmp_path_factory.mktemp("site") / "var"
    shutil.copytree(prepared, var_dir)
    return var_dir


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = launch(playwright)
    yield started
    started.close()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A new visitor's browser. An error on its console, or a script that throws, fails the test.

    Unless it has a text that the test adds to `page.expected`: the browser tells it when it likes.
    """
    yield from new_visitor(browser, stack)


@pytest.fixture
def whole_page(playwright: Playwright, stack: Stack) -> Iterator[Page]:
    """The same in the whole of Chromium, for what its lighter edition does in another way."""
    with launch(playwright, whole=True) as browser:
        yield from new_visitor(browser, stack)


def new_visitor(browser: Browser, stack: Stack) -> Iterator[Page]:
    context = browser.new_context(base_url=stack.origin, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    complaints: list[str] = []
    expected: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        known = message.text.startswith(CHROMIUMS_OWN) or any(text in message.text for text in expected)
        if message.type == "error" and not known:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.complaints = complaints  # type: ignore[attr-defined]
    page.expected = expected  # type: ignore[attr-defined]
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def solutions() -> Path:
    return ROOT / "lessons"
