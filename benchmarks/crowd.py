"""Many people at once: readers, demo visitors and learners by locust, and a thousand open WebSockets."""

from __future__ import annotations

import asyncio
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import websockets

from benchmarks.browser import Browser
from benchmarks.burst import results
from benchmarks.figures import percentile, summary
from benchmarks.measure import MEGABYTE, at_once, busy_seconds, processor_seconds, shares
from tests.journeys.people import EXERCISE, LESSON
from tests.stack import ROOT, Stack
from tests.visitor import solution

PROCESSES = {"web": "uvicorn lms.asgi", "demos": "sandbox.demos serve", "jail": "sandbox.jail serve"}
OPENED_AT_ONCE = 20


def step(site: Stack, people: int, seconds: int) -> dict[str, Any]:
    """So many people for so long: what they got, and the share of one processor that each process took.

    `locust` plays the people. `machine` is what all processors did together, whoever it was for.
    """
    processes = {name: site.child(words) for name, words in PROCESSES.items()}
    before = {name: processor_seconds(pid) for name, pid in processes.items()}
    busy, played, started = busy_seconds(), _children_seconds(), time.monotonic()
    rows, failures = _locust(site, people, seconds)
    failed = sum(failures.values())
    took = time.monotonic() - started
    used = {name: processor_seconds(pid) - before[name] for name, pid in processes.items()}
    used |= {"locust": _children_seconds() - played, "machine": busy_seconds() - busy}
    total = rows.pop("Aggregated")
    shared = {name: round(work / took, 2) for name, work in used.items()}
    machine = shared.pop("machine")
    found = {"users": people, **total, "processors": shared, "machine": machine, "by_kind": rows}
    return {**found, "errors": failed, "failures": failures}


def _children_seconds() -> float:
    """What processes took that this one has started, and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _locust(site: Stack, people: int, seconds: int) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    """Return a row for each kind of request; and what went wrong in locust's words, and how often."""
    with tempfile.TemporaryDirectory(prefix="dm-locust-") as folder:
        command = [sys.executable, "-m", "locust", "-f", "benchmarks/processes/visitors.py", "--headless"]
        command += ["--host", site.origin, "--users", str(people), "--spawn-rate", str(max(2, people // 4))]
        command += ["--run-time", f"{seconds}s", "--stop-timeout", "60", "--csv", f"{folder}/found"]
        command += ["--reset-stats", "--only-summary", "--loglevel", "ERROR"]
        # Its exit code is 1 where a request failed: those are counted below.
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds + 120)
        stats = Path(folder) / "found_stats.csv"
        if not stats.exists():
            raise RuntimeError(f"locust said nothing: {run.stderr[-2000:]}")
        with stats.open(newline="") as lines:
            rows = {row["Name"]: read_row(row) for row in csv.DictReader(lines)}
        return rows, read_failures(Path(folder))


def read_row(row: dict[str, str]) -> dict[str, Any]:
    """Return what locust counted of one kind of request. It writes N/A for the percentiles of nothing."""
    p50, p95 = (float(row[share]) if row[share] != "N/A" else 0.0 for share in ("50%", "95%"))
    return {
        "count": int(row["Request Count"]),
        "errors": int(row["Failure Count"]),
        "p50_ms": p50,
        "p95_ms": p95,
        "per_second": round(float(row["Requests/s"]), 2),
    }


def read_failures(folder: Path) -> dict[str, int]:
    """Return what failed, and how often: requests, and people who could not go on with what they got."""
    found = {}
    with (folder / "found_failures.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            found[f"{row['Name']}: {row['Error']}"] = int(row["Occurrences"])
    with (folder / "found_exceptions.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            found[row["Message"]] = int(row["Count"])
    return found


# --- A thousand sockets ---


def sockets(site: Stack, count: int) -> dict[str, Any]:
    """A learner's submission, followed so many times; meanwhile somebody reads."""
    learner = Browser(site.origin)
    submission = learner.hand_in(EXERCISE, solution(), learner.token(EXERCISE))
    results({submission: learner}, ends=time.monotonic() + 60)
    web = site.child(PROCESSES["web"])
    before, worked = sum(shares([web]).values()), processor_seconds(web)
    reader = Browser(site.origin)
    alone = _read(reader)
    opened, took, held, lost, beside = asyncio.run(
        _hold(site, learner.cookie, submission, count, reader, web)
    )
    return {
        "open": count - lost,
        "lost": lost,
        "opening": summary(opened, took) if opened else {},
        "web_ms_each": round(1000 * (processor_seconds(web) - worked) / max(1, count), 1),
        "kb_each": round((held - before) / 1024 / max(1, count), 1),
        "web_mb": round(held / MEGABYTE, 1),
        "page_p50_ms_before": round(percentile(alone, 0.5), 1),
        "page_p50_ms_beside_them": round(percentile(beside, 0.5), 1),
        "page_p95_ms_beside_them": round(percentile(beside, 0.95), 1),
    }


def _read(reader: Browser) -> list[float]:
    return at_once(lambda: reader.get(LESSON), count=50, threads=1)[0]  # type: ignore[arg-type]


async def _hold(
    site: Stack, cookie: str, submission: str, count: int, reader: Browser, web: int
) -> tuple[list[float], float, int, int, list[float]]:
    """Open them twenty at a time, let a page be read beside them, and ask each whether it is still there."""
    address = f"{site.origin.replace('http', 'ws', 1)}/ws/submissions/{submission}/"
    gate, times, found = asyncio.Semaphore(OPENED_AT_ONCE), [], []

    async def follow() -> None:
        async with gate:
            started = time.perf_counter()
            socket = await websockets.connect(
                address,
                origin=websockets.Origin(site.origin),
                additional_headers={"Cookie": cookie},
                open_timeout=60,
            )
            told = json.loads(await asyncio.wait_for(socket.recv(), 60))
            if told["id"] == submission:
                times.append((time.perf_counter() - started) * 1000)
                found.append(socket)

    started = time.perf_counter()
    await asyncio.gather(*(follow() for _ in range(count)), return_exceptions=True)
    took = time.perf_counter() - started
    held = sum(shares([web]).values())
    beside = await asyncio.to_thread(_read, reader)
    answered = await asyncio.gather(*(_is_there(socket) for socket in found))
    await asyncio.gather(*(socket.close() for socket in found), return_exceptions=True)
    return times, took, held, count - sum(answered), beside


async def _is_there(socket: Any) -> bool:
    try:
        await asyncio.wait_for(await socket.ping(), 60)
    except (TimeoutError, websockets.ConnectionClosed):
        return False
    return True
