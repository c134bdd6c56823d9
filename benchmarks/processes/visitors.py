"""Three kinds of people, for locust: who reads, who tries the demos, who checks exercises.

`locust -f benchmarks/processes/visitors.py --host http://localhost:8000` shows them in a browser; the
benchmark `load` runs them without. They pause between two acts as people do, only more briefly.
"""

from __future__ import annotations

import html
import random
import re
import time
from urllib.parse import urlsplit

from locust import HttpUser, between, task

from tests.journeys.people import EXERCISE
from tests.visitor import solution

LESSONS = (
    "/authentication/login_logout/",
    "/authentication/password_reset/",
    "/database/relationships/",
    "/database/query_optimization/",
    "/apis/serializers/",
    "/security/csrf/",
)
# These keep their visitors' rows and answer with pages; the others need more than a click.
DEMOS = ("/authentication/login_logout/", "/database/relationships/", "/database/aggregation/")
PATIENCE = 120  # seconds that a learner waits for a result
_STAGE = re.compile(r'data-src="([^"]+)"')
_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class Reader(HttpUser):
    """Opens the roadmap, then one lesson after another; looks for something now and then."""

    weight = 6
    wait_time = between(0.5, 1.5)

    def on_start(self) -> None:
        self.client.get("/", name="roadmap")

    @task(8)
    def read(self) -> None:
        self.client.get(random.choice(LESSONS), name="lesson")  # noqa: S311

    @task(1)
    def look_for(self) -> None:
        self.client.get("/search/?q=session", name="search")


class DemoVisitor(HttpUser):
    """Opens a lesson's live demo in its stage, and clicks about in it."""

    weight = 2
    wait_time = between(0.5, 1.5)

    def on_start(self) -> None:
        self.demo = random.choice(DEMOS)  # noqa: S311
        page = self.client.get(self.demo, name="lesson").text
        stage = html.unescape(_STAGE.findall(page)[0])
        parts = urlsplit(stage)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.client.get(stage, name="demo: the stage")

    @task(4)
    def click(self) -> None:
        self.client.get(f"{self.origin}{self.demo}", name="demo: a page")

    @task(1)
    def look_at_the_xray(self) -> None:
        self.client.get(f"{self.origin}/stage{self.demo}state", name="demo: its X-ray")


class Learner(HttpUser):
    """Opens an exercise, hands the right answer in, and asks until it is graded."""

    weight = 2
    wait_time = between(3, 6)

    @task
    def check(self) -> None:
        page = self.client.get(EXERCISE, name="exercise").text
        headers = {"X-CSRFToken": _TOKEN.findall(page)[0], "Origin": self.host, "Referer": self.host}
        made = self.client.post(
            f"{EXERCISE}submissions/", json={"files": solution()}, headers=headers, name="submit"
        )
        if made.status_code != 201:
            return
        address, started = f"/submissions/{made.json()['id']}/", time.monotonic()
        while time.monotonic() - started <= PATIENCE + 1:
            time.sleep(0.5)
            with self.client.get(address, name="result", catch_response=True) as answer:
                state = answer.json()["state"]
                if state not in ("queued", "running", "passed"):
                    answer.failure(f"graded as {state}")
                elif state in ("queued", "running") and time.monotonic() - started > PATIENCE:
                    answer.failure(f"still {state} after {PATIENCE} s")
            if state not in ("queued", "running"):
                return
