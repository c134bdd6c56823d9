"""What the platform adds to a grade: from pressing Check in a browser until the last result shows there.

One command's site with the embedded broker, a real Chromium, the same right answer again and again. Beside
each time stands what the grade itself took, as the jail's supervisor measured it; the difference is ours.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Response, sync_playwright

from benchmarks.figures import exit_code, percentile
from tests.journeys.people import open_exercise, write_solution
from tests.stack import Stack

TARGET = 50.0  # ms that the platform may add
# Presses Check, and tells how many ms later the verdict stood on the page.
PRESS = """() => new Promise((resolve) => {
  const title = () => document.querySelector(".result-title")?.textContent ?? "";
  const button = document.querySelector("[data-action=check]");
  let begun = false;
  const look = () => {
    if (!/every check passes/i.test(title())) begun = true;
    else if (begun) { observer.disconnect(); resolve(performance.now() - started); }
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  const started = performance.now();
  button.click();
})"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.submission", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--count", type=int, default=20, help="submissions that are timed (20)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dm-bench-") as folder:
        site = Stack(Path(folder) / "var")
        site.start()
        try:
            report = measure(site, arguments.count)
        finally:
            site.stop()
    if arguments.json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name:18} {value}")
    return exit_code([report["reached"]])


def measure(site: Stack, count: int) -> dict[str, Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_context(base_url=site.origin, viewport={"width": 1280, "height": 900}).new_page()
        open_exercise(page)
        write_solution(page)
        page.locator("[data-part=saved]", has_text="Saved").wait_for()
        press(page)  # the first one warms the jail's template up
        pairs = [press(page) for _ in range(count)]
        browser.close()
    whole, grade = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    added = [together - alone for together, alone in pairs]
    return {
        "whole_p50_ms": round(percentile(whole, 0.5), 1),
        "grade_p50_ms": round(percentile(grade, 0.5), 1),
        "added_p50_ms": round(percentile(added, 0.5), 1),
        "added_p95_ms": round(percentile(added, 0.95), 1),
        "count": count,
        "reached": percentile(added, 0.5) <= TARGET,
    }


def press(page: Page) -> tuple[float, float]:
    """How long it was until the verdict showed, and how long the grade took of that; both in ms."""
    made: list[Response] = []
    page.on("response", lambda answer: made.append(answer) if answer.url.endswith("/submissions/") else None)
    whole = float(page.evaluate(PRESS))
    submission = page.request.get(f"/submissions/{made[-1].json()['id']}/").json()
    assert submission["state"] == "passed", submission["message"]
    page.wait_for_timeout(400)  # the limit on submissions counts by the minute, and children are forked ahead
    return whole, float(submission["duration_ms"])


if __name__ == "__main__":
    sys.exit(main())
