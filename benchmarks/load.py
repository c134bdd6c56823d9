"""Many people at once, on this machine: how fast pages are, where it saturates, and what is lost (nothing).

A lesson's page side by side with a plain Wagtail page of the same length, both from the same process;
readers, demo visitors and learners in growing numbers (locust); a thousand open WebSockets on one web
process; a burst of 500 submissions. Everything is on the loopback, bounded in number and time.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import websockets

from benchmarks.browser import Browser, Failed
from benchmarks.figures import exit_code, percentile, saturation, summary
from benchmarks.measure import MEGABYTE, at_once, processor_seconds, shares
from tests.journeys.people import EXERCISE, LESSON
from tests.stack import ROOT, Stack
from tests.visitor import solution

PLAIN = "/plain/"
TIMES_PLAIN = 3.0  # that a lesson's page is to be served so many times as often as a plain one
_PROCESSES = {"web": "uvicorn lms.asgi", "demos": "sandbox.demos serve", "jail": "sandbox.jail serve"}
_ROUNDS = 4
_AT_ONCE = 4


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--pages", type=int, default=600, help="requests of each kind of page (600)")
    parser.add_argument("--users", type=int, nargs="*", default=[10, 20, 40, 80], help="steps (10 20 40 80)")
    parser.add_argument("--seconds", type=int, default=25, help="that each step takes (25)")
    parser.add_argument("--sockets", type=int, default=1000, help="open WebSockets (1000)")
    parser.add_argument("--burst", type=int, default=500, help="submissions at once (500)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dm-load-") as folder:
        site = Stack(Path(folder) / "var", {"DJANGO_SETTINGS_MODULE": "benchmarks.plain.settings"})
        site.start(within=600)
        try:
            report = measure_all(site, arguments)
        finally:
            site.stop()
    if arguments.json:
        print(json.dumps(report))
    else:
        _print(report)
    return exit_code(report["reached"].values())


def measure_all(site: Stack, arguments: argparse.Namespace) -> dict[str, Any]:
    machine = {"cpus": os.cpu_count(), "load_before": round(os.getloadavg()[0], 1)}
    report: dict[str, Any] = {"machine": machine}
    _say("a lesson and a plain page …")
    report["pages"] = side_by_side(site, arguments.pages)
    if arguments.users:
        report["steps"] = [step(site, users, arguments.seconds) for users in arguments.users]
        report["saturates"] = saturation(report["steps"])
    if arguments.sockets:
        _say(f"{arguments.sockets} WebSockets …")
        report["sockets"] = sockets(site, arguments.sockets)
    if arguments.burst:
        _say(f"{arguments.burst} submissions at once …")
        report["burst"] = burst(site, arguments.burst)
    report["reached"] = reached(report)
    return report


def reached(report: dict[str, Any]) -> dict[str, bool]:
    """What was to be reached, and whether it was."""
    found = {
        f"a lesson at least {TIMES_PLAIN:g} times as often as a plain page": report["pages"]["times_plain"]
        >= TIMES_PLAIN
    }
    if "steps" in report:
        found["no errors"] = not any(row["errors"] for row in report["steps"])
    if "sockets" in report:
        found["every socket heard its submission and stayed open"] = not report["sockets"]["lost"]
    if "burst" in report:
        found["every submission was graded once"] = not report["burst"]["lost"]
    return found


# --- A lesson and a plain page ---


def side_by_side(site: Stack, count: int) -> dict[str, Any]:
    """Somebody who has done nothing yet, again and again; the pages take turns."""
    plain_body = Browser(site.origin, gzip=False).get(LESSON)
    site.manage("shell", "--no-imports", "-c", _make_plain_page(len(plain_body)))
    found: dict[str, Any] = {"lesson_bytes": len(plain_body)}
    found["plain_bytes"] = len(Browser(site.origin, gzip=False).get(PLAIN))
    for name, gzip in (("as it is", False), ("compressed", True)):
        lesson, plain = _in_turn(site, count, gzip, LESSON, PLAIN)
        found[name] = {
            "lesson": lesson,
            "plain": plain,
            "times_plain": round(lesson["per_second"] / plain["per_second"], 2),
            # Of the server's own work, whatever else the machine is busy with.
            "processor_times_plain": round(plain["web_ms"] / lesson["web_ms"], 2),
        }
    found["times_plain"] = found["as it is"]["times_plain"]
    return found


def _make_plain_page(length: int) -> str:
    return f"from benchmarks.plain.page import make_page; make_page({length})"


def _in_turn(site: Stack, count: int, gzip: bool, *paths: str) -> list[dict[str, float]]:
    """Ask for the paths in turn, `_AT_ONCE` browsers at a time, each with a session of its own."""
    times: list[list[float]] = [[] for _ in paths]
    elapsed, worked = [0.0 for _ in paths], [0.0 for _ in paths]
    web = site.child(_PROCESSES["web"])
    browsers: queue.SimpleQueue[Browser] = queue.SimpleQueue()
    for _ in range(_AT_ONCE):
        browsers.put(Browser(site.origin, gzip=gzip))

    def get(path: str) -> None:
        browser = browsers.get()
        browser.get(path)
        browsers.put(browser)

    for path in paths:
        at_once(lambda path=path: get(path), count=2 * _AT_ONCE, threads=_AT_ONCE)  # type: ignore[misc]
    for _ in range(_ROUNDS):
        for number, path in enumerate(paths):
            before = processor_seconds(web)
            took, seconds = at_once(
                lambda path=path: get(path),  # type: ignore[misc]
                count=max(1, count // _ROUNDS),
                threads=_AT_ONCE,
            )
            times[number] += took
            elapsed[number] += seconds
            worked[number] += processor_seconds(web) - before
    return [
        {**summary(taken, seconds), "web_ms": round(1000 * work / len(taken), 2)}
        for taken, seconds, work in zip(times, elapsed, worked, strict=True)
    ]


# --- Readers, demo visitors, learners ---


def step(site: Stack, users: int, seconds: int) -> dict[str, Any]:
    """So many people for so long: what they got, and how much of a processor each process took."""
    _say(f"{users} people …")
    processes = {name: site.child(words) for name, words in _PROCESSES.items()}
    before = {name: processor_seconds(pid) for name, pid in processes.items()}
    started = time.monotonic()
    rows = _locust(site, users, seconds)
    took = time.monotonic() - started
    used = {name: (processor_seconds(pid) - before[name]) / took for name, pid in processes.items()}
    used = {name: round(share, 2) for name, share in used.items()}
    total = rows.pop("Aggregated")
    return {"users": users, **total, "processors": used, "by_kind": rows}


def _locust(site: Stack, users: int, seconds: int) -> dict[str, dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="dm-locust-") as folder:
        command = [sys.executable, "-m", "locust", "-f", "benchmarks/processes/visitors.py", "--headless"]
        command += ["--host", site.origin, "--users", str(users), "--spawn-rate", str(max(2, users // 4))]
        command += ["--run-time", f"{seconds}s", "--stop-timeout", "60", "--csv", f"{folder}/found"]
        command += ["--reset-stats", "--only-summary", "--loglevel", "ERROR"]
        # Its exit code is 1 where a request failed: those are counted below.
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds + 240)
        stats = Path(folder) / "found_stats.csv"
        if not stats.exists():
            raise RuntimeError(f"locust said nothing: {run.stderr[-2000:]}")
        with stats.open(newline="") as lines:
            return {row["Name"]: _row(row) for row in csv.DictReader(lines)}


def _row(row: dict[str, str]) -> dict[str, Any]:
    """Locust writes N/A for the percentiles of nothing."""
    p50, p95 = (float(row[share]) if row[share] != "N/A" else 0.0 for share in ("50%", "95%"))
    return {
        "count": int(row["Request Count"]),
        "errors": int(row["Failure Count"]),
        "p50_ms": p50,
        "p95_ms": p95,
        "per_second": round(float(row["Requests/s"]), 2),
    }


# --- A thousand sockets ---


def sockets(site: Stack, count: int) -> dict[str, Any]:
    """A learner's submission, followed so many times; meanwhile somebody reads."""
    learner = Browser(site.origin)
    submission = learner.hand_in(EXERCISE, solution(), learner.token(EXERCISE))
    _results({submission: learner}, within=60)
    web = [site.child("uvicorn lms.asgi")]
    before = sum(shares(web).values())
    reader = Browser(site.origin)
    alone, _ = at_once(lambda: reader.get(LESSON), count=50, threads=1)  # type: ignore[arg-type,return-value]
    opened, took, held, lost, beside = asyncio.run(
        _hold(site, learner.cookie, submission, count, reader, web)
    )
    return {
        "open": count - lost,
        "lost": lost,
        "opening": summary(opened, took) if opened else {},
        "kb_each": round((held - before) / 1024 / max(1, count), 1),
        "web_mb": round(held / MEGABYTE, 1),
        "page_p50_ms_before": round(percentile(alone, 0.5), 1),
        "page_p50_ms_beside_them": round(percentile(beside, 0.5), 1),
    }


async def _hold(
    site: Stack, cookie: str, submission: str, count: int, reader: Browser, web: list[int]
) -> tuple[list[float], float, int, int, list[float]]:
    """Open them twenty at a time, let a page be read beside them, and ask each whether it is still there."""
    address = f"{site.origin.replace('http', 'ws', 1)}/ws/submissions/{submission}/"
    gate, times, found = asyncio.Semaphore(20), [], []

    async def follow() -> None:
        async with gate:
            started = time.perf_counter()
            socket = await websockets.connect(
                address, origin=site.origin, additional_headers={"Cookie": cookie}, open_timeout=60
            )  # type: ignore[arg-type]
            told = json.loads(await asyncio.wait_for(socket.recv(), 60))
            if told["id"] == submission:
                times.append((time.perf_counter() - started) * 1000)
                found.append(socket)

    started = time.perf_counter()
    await asyncio.gather(*(follow() for _ in range(count)), return_exceptions=True)
    took = time.perf_counter() - started
    held = sum(shares(web).values())
    beside, _ = await asyncio.to_thread(at_once, lambda: reader.get(LESSON), count=50, threads=1)  # type: ignore[arg-type,return-value]
    answered = await asyncio.gather(*(_is_there(socket) for socket in found))
    await asyncio.gather(*(socket.close() for socket in found), return_exceptions=True)
    return times, took, held, count - sum(answered), beside


async def _is_there(socket: Any) -> bool:
    try:
        await asyncio.wait_for(await socket.ping(), 60)
    except (TimeoutError, websockets.ConnectionClosed):
        return False
    return True


# --- A burst ---


def burst(site: Stack, count: int) -> dict[str, Any]:
    """So many visitors hand in the right answer at the same time; how long each waits says its own row."""
    visitors = [Browser(site.origin) for _ in range(count)]
    with ThreadPoolExecutor(16) as pool:
        tokens = list(pool.map(lambda one: one.token(EXERCISE), visitors))
    files, ready = solution(), iter(zip(visitors, tokens, strict=True))
    made: dict[str, Browser] = {}
    errors: list[str] = []

    def hand_in() -> None:
        visitor, token = next(ready)
        try:
            made[visitor.hand_in(EXERCISE, files, token)] = visitor
        except (Failed, OSError) as error:
            errors.append(str(error))

    posted, took = at_once(hand_in, count=count, threads=32)
    results = _results(made, within=60 + 3 * count)
    finished = [row for row in results if row["finished_at"]]
    waits = [_seconds(row["created_at"], row["finished_at"]) for row in finished]
    passed = sum(row["state"] == "passed" for row in finished)
    whole = _seconds(min(row["created_at"] for row in results), max(row["finished_at"] for row in finished))
    return {
        "handed_in": summary(posted, took),
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
        "result_p50_s": round(percentile(waits, 0.5), 1),
        "result_p95_s": round(percentile(waits, 0.95), 1),
        "graded_per_second": round(passed / whole, 2),
        "lost": count - passed,
    }


def _results(made: dict[str, Browser], within: float) -> list[dict[str, Any]]:
    """Return each submission as it is when all are finished, or the time is over."""
    deadline, found = time.monotonic() + within, {}
    left = dict(made)
    while left and time.monotonic() < deadline:
        for submission, visitor in list(left.items()):
            found[submission] = visitor.result(submission)
            if not found[submission]["finished_at"]:
                break  # they are graded in the order in which they came
            del left[submission]
        if left:
            time.sleep(0.5)
    return [found.get(submission) or made[submission].result(submission) for submission in made]


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(report: dict[str, Any]) -> None:
    pages = report["pages"]
    print(f"{report['machine']['cpus']} processors, load {report['machine']['load_before']} before")
    print(f"a lesson ({pages['lesson_bytes']:,} bytes), and a plain page ({pages['plain_bytes']:,} bytes)")
    for how in ("as it is", "compressed"):
        for kind in ("lesson", "plain"):
            one = pages[how][kind]
            print(
                f"  {how:12} {kind:8} {one['per_second']:8.1f} a second"
                f"   p50 {one['p50_ms']:6.1f} ms   p95 {one['p95_ms']:6.1f} ms"
                f"   {one['web_ms']:5.2f} ms of a processor"
            )
        times, of_processor = pages[how]["times_plain"], pages[how]["processor_times_plain"]
        print(
            f"  {how:12} {times:.2f} times as often as the plain page ({of_processor:.2f} by processor time)"
        )
    for row in report.get("steps", []):
        used = ", ".join(f"{name} {share:.2f}" for name, share in row["processors"].items())
        print(
            f"{row['users']:4} people: {row['per_second']:6.1f} a second   p50 {row['p50_ms']:6.0f} ms"
            f"   p95 {row['p95_ms']:6.0f} ms   {row['errors']} errors   processors: {used}"
        )
    if "saturates" in report:
        print(f"saturates: {report['saturates']}")
    for name in ("sockets", "burst"):
        for key, value in report.get(name, {}).items():
            print(f"{name}: {key} {value}")
    for claim, is_reached in report["reached"].items():
        print(f"{'reached' if is_reached else 'MISSED':8} {claim}")


if __name__ == "__main__":
    sys.exit(main())
