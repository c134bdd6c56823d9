"""Just enough of a browser to hand in an exercise and to ask for its result."""

from __future__ import annotations

import json
import ssl
import time
import urllib.request
from http.cookiejar import CookieJar

from tests.journeys.people import EXERCISE, EXERCISE_FOLDER


def solution() -> dict[str, str]:
    """Return the files of the exercise's solution, by path."""
    return {
        file.relative_to(EXERCISE_FOLDER / "solution").as_posix(): file.read_text()
        for file in (EXERCISE_FOLDER / "solution").rglob("*")
        if file.is_file() and file.name != "REMOVED"
    }


class Visitor:
    """Somebody without an account."""

    def __init__(self, origin: str, tls: ssl.SSLContext | None = None) -> None:
        self._origin = origin
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.HTTPSHandler(context=tls)
        )

    def hand_in(self, files: dict[str, str]) -> str:
        page = self._opener.open(f"{self._origin}{EXERCISE}").read().decode()
        token = page.split('name="csrf-token" content="')[1].split('"')[0]
        request = urllib.request.Request(
            f"{self._origin}{EXERCISE}submissions/",
            data=json.dumps({"files": files}).encode(),
            headers={
                "X-CSRFToken": token,
                "Content-Type": "application/json",
                "Origin": self._origin,
            },
        )
        return json.load(self._opener.open(request))["id"]

    def result(self, submission: str) -> dict:
        return json.load(self._opener.open(f"{self._origin}/submissions/{submission}/"))

    def wait_for(self, submission: str, *states: str, within: float = 60) -> dict:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            result = self.result(submission)
            if result["state"] in states:
                return result
            time.sleep(0.1)
        raise AssertionError(result)
