"""The stage in Chromium, for tests: the site in this process, and what a visitor does there."""

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from sandbox.demos import feeds
from sandbox.demos.asgi import application
from tests.browsers import launch

STAGE = "/stage/yard/sandpit/"


@pytest.fixture(scope="module")
def site(django_db_blocker) -> Iterator[str]:
    """The whole ASGI application on a free port of this process."""
    server = uvicorn.Server(
        uvicorn.Config(application, port=0, log_level="warning", timeout_graceful_shutdown=1)
    )
    server.install_signal_handlers = lambda: None
    thread = threading.Thread(target=server.run)
    with django_db_blocker.unblock():
        thread.start()
        while not server.started:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://localhost:{port}"
        feeds.close_all()
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def chromium() -> Iterator:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium) -> Iterator[BrowserContext]:
    with chromium.new_context() as context:
        yield context


@pytest.fixture
def page(context) -> Iterator[Page]:
    page = context.new_page()
    problems: list[str] = []
    page.expected = []  # parts of what Chromium may complain about
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield page
    assert [one for one in problems if not any(part in one for part in page.expected)] == []


@pytest.fixture
def mail_into_mailboxes(settings) -> None:
    settings.EMAIL_BACKEND = "sandbox.demos.mail.EmailBackend"


def inner(page: Page, persona: int = 1):
    return page.frame_locator(f".browser[data-persona='{persona}'] iframe")


def build(page: Page, name: str, persona: int = 1) -> None:
    inner(page, persona).get_by_label("Name").fill(name)
    inner(page, persona).get_by_role("button", name="Build").click()
    expect(inner(page, persona).get_by_text(name)).to_be_visible()
