"""A hostile page in the mini browser's frame, in a real browser: it reaches nothing of the site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Frame, Page, Route, sync_playwright

from lms.grading.tests.minibrowser import MiniBrowser, exercise, jail_socket
from tests.browsers import launch

__all__ = ["exercise", "jail_socket"]

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

SITE = "http://course.localhost"
BRIDGE = Path(__file__).parents[3] / "static/dist/preview-bridge.js"
TEMPLATE = Path(__file__).parents[3] / "templates/grading/browser.html"
HOSTILE = f"""
<script>parent.hacked = "script"</script>
<script>fetch("{SITE}/stolen-by-script")</script>
<script>new WebSocket("ws://course.localhost/stolen-by-socket")</script>
<script>navigator.sendBeacon("{SITE}/stolen-by-beacon")</script>
<script src="{SITE}/stolen-by-script-element"></script>
<script>window.open("{SITE}/stolen-by-open")</script>
<script>document.forms[0].submit()</script>
<base href="http://evil.localhost/">
<img src="{SITE}/stolen-by-img" onerror="parent.hacked = 'onerror'">
<svg onload="parent.hacked = 'onload'"></svg>
<link rel="stylesheet" href="{SITE}/stolen-by-link"><link rel="prefetch" href="{SITE}/stolen-by-prefetch">
<style>@import url({SITE}/stolen-by-import); body {{ background: url({SITE}/stolen-by-css) }}</style>
<iframe src="{SITE}/stolen-by-iframe"></iframe><object data="{SITE}/stolen-by-object"></object>
<video src="{SITE}/stolen-by-video" autoplay></video>
<form id="form" action="{SITE}/stolen-by-form" method="post" target="_top"><button>Go</button></form>
<a id="top" href="{SITE}/stolen-by-top" target="_top">top</a>
<a id="window" href="{SITE}/stolen-by-window" target="_blank">window</a>
<a id="js" href="javascript:parent.hacked = 'javascript'">js</a>
<p id="end">the end</p>
"""


@pytest.fixture
def hostile(exercise) -> tuple[dict[str, str], str]:
    """Headers and body of the document, as the site serves it."""
    mini = MiniBrowser(exercise)
    mini.boot(**{"templates/page.html": HOSTILE})
    response = mini.document(mini.ask("GET", "/"))
    return {name.lower(): value for name, value in response.items()}, response.content.decode()


@pytest.fixture(params=[True, False], ids=["with the bridge", "without the bridge"])
def opened(hostile, request) -> Iterator[tuple[Page, Frame, list[str]]]:
    """The page in the workspace's own frame, and the addresses that were asked for."""
    markup = TEMPLATE.read_text()
    frame = markup[markup.index("<iframe") : markup.index("</iframe>")].replace(" hidden", ' src="/page/"')
    headers, body = hostile
    asked: list[str] = []

    def serve(route: Route) -> None:
        url = route.request.url
        if url == f"{SITE}/":
            route.fulfill(content_type="text/html", body=f"<title>the site</title>{frame}</iframe>")
        elif url == f"{SITE}/page/":
            route.fulfill(headers=headers, body=body)
        elif "preview-bridge" in url and request.param:
            route.fulfill(content_type="text/javascript", body=BRIDGE.read_text())
        else:
            asked.append(url)
            route.fulfill(content_type="text/html", body="reached")

    with sync_playwright() as playwright:
        chromium = launch(playwright, whole=True)
        context = chromium.new_context()
        context.add_cookies([{"name": "sessionid", "value": "secret", "url": SITE}])
        page = context.new_page()
        page.route("**/*", serve)
        page.goto(f"{SITE}/")
        inner = page.frames[1]
        inner.locator("#end").wait_for()
        page.wait_for_timeout(300)
        yield page, inner, [url for url in asked if "preview-bridge" not in url]
        asked_later = [url for url in asked if "preview-bridge" not in url]
        assert asked_later == [], "the hostile page reached something"
        assert page.url == f"{SITE}/"
        assert len(context.pages) == 1
        assert page.evaluate("window.hacked") is None
        chromium.close()


STRANGE = [
    "document.cookie",
    "localStorage.length",
    "sessionStorage.length",
    "indexedDB.open('x')",
    "parent.document.title",
    "top.location = '/stolen-by-location'",
    "navigator.serviceWorker.register('/stolen-by-worker.js').then(x => 1)",
    f"fetch('{SITE}/stolen-by-fetch')",
]


def test_a_hostile_page_is_a_stranger(opened):
    """It loads nothing, leads nowhere, and its scripts reach nothing but the page itself."""
    page, inner, asked = opened
    assert asked == []
    assert inner.evaluate("origin") == "null"
    for thing in ("#top", "#window", "#js", "#form button"):
        inner.locator(thing).click(no_wait_after=True)
        page.wait_for_timeout(200)
    for attempt in STRANGE:
        with pytest.raises(Error):
            inner.evaluate(f"() => {attempt}")
