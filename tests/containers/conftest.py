"""A running stack for all tests of this folder, and a browser that takes its certificate."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browsers import launch
from tests.containers.engine import Containers, read_env, why_not
from tests.stack import free_ports


@pytest.fixture(scope="session")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    if missing := why_not():
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("containers")
    http, https, prometheus = free_ports(3)
    call_command("make_env", "--folder", str(folder), "--http-port", str(http), "--https-port", str(https))
    with (folder / ".env").open("a") as env:
        env.write(f"PROMETHEUS_PORT={prometheus}\n")
    running = Containers(f"course-test-{os.getpid()}", folder, read_env(folder))
    try:
        running.compose("build", "--quiet", timeout=1800)
        # Two replicas, so that all that is tried in a demo is tried with a visitor who has to stay with one.
        running.compose("up", "--detach", "--wait", "--quiet-pull", "--scale", "demos=2", timeout=900)
        yield running
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.compose("--profile", "metrics", "down", "--volumes", "--timeout", "5")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, launch(playwright) as started:
        yield started


@pytest.fixture
def page(browser: Browser, containers: Containers) -> Iterator[Page]:
    """A new visitor's browser. It finds every name below localhost on this machine, as browsers do."""
    context = browser.new_context(
        base_url=containers.origin, ignore_https_errors=True, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield context.new_page()
    context.close()
