"""A steady stream of requests, and in the middle of it something happens to the workers."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .client import Answer, ask
from .houses import BLENDS, House

CLIENTS = 4
TARGET = "/steep/?ms=20"
PAUSE = 0.03  # seconds between two requests of a client
BEFORE = 40  # requests until it happens
AFTER = 40  # and at least so many afterwards,
MOST = 600  # never more than this,
SECONDS = 15.0  # and until every new worker has answered, or so much time is over

HAPPENINGS = {
    "nothing": "Nothing",
    "hup": "A new blend, and HUP to the master",
    "term": "TERM to one worker",
    "kill": "KILL to one worker",
}


def run(house: House, happening: str) -> dict[str, Any]:
    """The report: each answer with its worker, and counts."""
    burst = _Burst(house)
    before = {worker["pid"] for worker in house.workers()}
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(burst.keep_asking) for _ in range(CLIENTS)]
        burst.wait_for(BEFORE)
        words, happened_at = _happen(house, happening, before), burst.now()
        expected = {"hup": house.choice.workers, "nothing": 0}.get(happening, 1)
        burst.wait_for(BEFORE + AFTER, new_ones=expected, before=before)
        burst.is_over.set()
        for client in clients:
            client.result()
    return burst.report(happening, words, happened_at, before)


def _happen(house: House, happening: str, before: set[int]) -> str:
    if happening == "hup":
        house.pour_next_blend()
        house.tell("reload")
        return "HUP"
    if happening in ("term", "kill"):
        victim = min(before, default=0)
        how = signal.SIGKILL if happening == "kill" else signal.SIGTERM
        return f"{how.name} to {victim}" if house.kill(victim, how) else "There was no worker"
    return ""


class _Burst:
    def __init__(self, house: House) -> None:
        self.house = house
        self.began = time.perf_counter()
        self.answers: list[Answer] = []
        self.is_over = threading.Event()

    def now(self) -> float:
        return (time.perf_counter() - self.began) * 1000

    def keep_asking(self) -> None:
        while not self.is_over.is_set() and len(self.answers) < MOST:
            self.answers.append(ask(self.house.front, TARGET))
            self.is_over.wait(PAUSE)

    def wait_for(self, count: int, *, new_ones: int = 0, before: set[int] = frozenset()) -> None:
        """So many answers, and among them so many workers that were not there before."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and len(self.answers) < MOST:
            seen = {_pid(answer) for answer in list(self.answers) if answer.status == 200}
            if len(self.answers) >= count and len(seen - before) >= new_ones:
                return
            time.sleep(0.02)

    def report(self, happening: str, words: str, happened_at: float, before: set[int]) -> dict[str, Any]:
        answers = sorted(self.answers, key=lambda answer: answer.began)
        failed = [answer for answer in answers if answer.status != 200]
        workers = {_pid(answer) for answer in answers if answer.status == 200}
        return {
            "happening": happening,
            "mark": {"words": words, "at": happened_at} if words else None,
            "requests": len(answers),
            "failed": len(failed),
            "failures": sorted(
                {f"{answer.status or 'no answer'} {answer.error}".strip() for answer in failed}
            ),
            "new_workers": len(workers - before),
            "blends": [
                blend for blend in BLENDS if any(answer.header("X-Blend") == blend for answer in answers)
            ],
            "slowest_ms": round(max((answer.ms for answer in answers), default=0)),
            "answers": [
                [
                    round((answer.began - self.began) * 1000, 1),
                    round((answer.ended - self.began) * 1000, 1),
                    _pid(answer),
                    answer.status,
                    answer.header("X-Blend"),
                ]
                for answer in answers
            ],
        }


def _pid(answer: Answer) -> int:
    return int(answer.header("X-Worker") or 0)
