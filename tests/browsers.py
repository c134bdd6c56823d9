"""Chromium for the tests: without the parts that nobody looks at where that is installed, else all of it.

`chromium-headless-shell` is the same engine and takes half the processor time. It keeps third-party cookies,
which the whole browser does not, so what is said of those is tried with the whole one.
"""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, Playwright

from tests.services import need

WHOLE = shutil.which("chromium") or shutil.which("google-chrome")
LIGHT = shutil.which("chromium-headless-shell") or WHOLE


def launch(playwright: Playwright, *, whole: bool = False) -> Browser:
    """Start Chromium. Skips the test where there is none, and fails it where CI promises one."""
    return playwright.chromium.launch(
        executable_path=need(WHOLE if whole else LIGHT, "chromium"),
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    )
