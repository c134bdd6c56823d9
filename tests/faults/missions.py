"""A visitor whose demo gave a receipt, and whose page brings it again until somebody has taken it."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar

from django.core import signing

from tests.faults.installation import Installation

LESSON = "/farm/counting/"


class Bringer:
    """`answers` has what the site said each time that it answered: whether the mission was new."""

    def __init__(self, site: Installation) -> None:
        self._site = site
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = self._opener.open(f"{site.origin}{LESSON}", timeout=20).read().decode()
        self._token = re.findall(r'name="csrf-token" content="([^"]+)"', page)[0]
        self._learner = re.findall(r"\b([0-9a-f]{32}):\w+:[\w-]+", page)[0]
        mission = {"learner": self._learner, "lesson": "counting", "mission": "jump", "at": int(time.time())}
        key = (site.folder / "var" / "secrets" / "receipts").read_text().strip()
        self._receipt = signing.dumps(mission, key=key, salt="mission")
        self.answers: list[bool] = []

    def bring(self) -> bool:
        """Return whether the site took it; False where it was down."""
        headers = {
            "X-CSRFToken": self._token,
            "Content-Type": "application/json",
            "Origin": self._site.origin,
        }
        request = urllib.request.Request(
            f"{self._site.origin}/progress/receipts/",
            json.dumps({"receipt": self._receipt}).encode(),
            headers,
        )
        try:
            with self._opener.open(request, timeout=20) as answer:
                self.answers.append(json.load(answer)["new"])
        except urllib.error.HTTPError as error:
            with error:
                assert error.code == 503, error.read()
            return False
        except (OSError, http.client.HTTPException):
            return False
        return True

    @contextlib.contextmanager
    def bringing(self, at_once: int = 4) -> Iterator[None]:
        """Bring it again and again for as long as the context lasts, and once more to be taken after it."""
        over = threading.Event()

        def insist() -> None:
            deadline = time.monotonic() + 120
            while not (self.bring() and over.is_set()):
                assert time.monotonic() < deadline
                time.sleep(0.05)

        with ThreadPoolExecutor(at_once) as pool:
            pages = [pool.submit(insist) for _ in range(at_once)]
            try:
                yield
            finally:
                over.set()
            for page in pages:
                page.result()

    def counted(self) -> tuple[int, int]:
        """Return how often the mission stands there, and how many the teacher's pages count."""
        asked = (
            "SELECT count(*) FROM progress_missiondone done JOIN accounts_learner learner"
            " ON learner.id = done.learner_id WHERE learner.key = %s",
            "SELECT coalesce(sum(missions), 0) FROM classes_standing standing JOIN accounts_learner learner"
            " ON learner.id = standing.learner_id WHERE learner.key = %s",
        )
        with self._site.query() as database:
            rows, missions = (database.execute(one, [self._learner]).fetchone() for one in asked)
        assert rows is not None
        assert missions is not None
        return int(rows[0]), int(missions[0])
