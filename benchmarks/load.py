"""Many people at once, on this machine: how fast pages are, where it saturates, and what is lost (nothing).

A lesson's page side by side with a plain Wagtail page of the same length, both from the same process;
readers, demo visitors and learners in growing numbers (locust); a thousand open WebSockets on one web
process; a burst of 500 submissions. Everything is on the loopback, bounded in number and time.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.browser import Browser
from benchmarks.burst import MOST_GROWTH, burst
from benchmarks.crowd import PROCESSES, sockets, step
from benchmarks.figures import exit_code, saturation, summary
from benchmarks.measure import at_once, processor_seconds
from tests.journeys.people import LESSON
from tests.stack import Stack

PLAIN = "/plain/"
TIMES_PLAIN = 3.0  # that a lesson's page is to be served so many times as often as a plain one
# How a page is asked for: whether compressed, and whether by people without a session.
WAYS = {"as it is": (False, False), "compressed": (True, False), "first visit": (True, True)}
_ROUNDS = 4
_AT_ONCE = 4
_TO_REPORT = 60  # seconds that are left for what is not measuring


class TooLong(Exception):
    """The time is over; what was measured until then is reported."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--pages", type=int, default=600, help="requests of each kind of page (600)")
    parser.add_argument(
        "--people", type=int, nargs="*", default=[20, 40, 80, 160], help="steps (20 40 80 160)"
    )
    parser.add_argument("--seconds", type=int, default=25, help="that each step takes (25)")
    parser.add_argument("--sockets", type=int, default=1000, help="open WebSockets (1000)")
    parser.add_argument("--burst", type=int, default=500, help="submissions at once (500)")
    parser.add_argument("--minutes", type=float, default=12, help="that all of it may take (12)")
    arguments = parser.parse_args()
    report = measure_all(arguments)
    if arguments.json:
        print(json.dumps(report))
    else:
        _print(report)
    return exit_code(report["reached"].values())


def measure_all(arguments: argparse.Namespace) -> dict[str, Any]:
    began, in_time = time.monotonic(), True
    report: dict[str, Any] = {"machine": _machine()}
    signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, 60 * arguments.minutes)
    with tempfile.TemporaryDirectory(prefix="dm-load-") as folder:
        site = Stack(Path(folder) / "var", {"DJANGO_SETTINGS_MODULE": "benchmarks.plain.settings"})
        try:
            _say("the site starts …")
            site.start(within=60 * arguments.minutes)
            report["start_s"] = round(time.monotonic() - began, 1)
            _measure(site, arguments, report, began + 60 * arguments.minutes - _TO_REPORT)
        except TooLong:
            in_time = False
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            if site.process is not None and site.process.poll() is None:
                site.stop()
    report["minutes"] = round((time.monotonic() - began) / 60, 1)
    report["reached"] = {**reached(report), f"all of it within {arguments.minutes:g} minutes": in_time}
    return report


def _measure(site: Stack, arguments: argparse.Namespace, report: dict[str, Any], ends: float) -> None:
    """Put what is measured into the report as it comes. `ends` is of time.monotonic()."""
    _say("a lesson and a plain page …")
    report["pages"] = side_by_side(site, arguments.pages)
    for people in arguments.people:
        _say(f"{people} people …")
        report.setdefault("steps", []).append(step(site, people, arguments.seconds))
    if arguments.people:
        report["saturates"] = saturation(report["steps"], report["machine"]["processors"])
    if arguments.sockets:
        _say(f"{arguments.sockets} WebSockets …")
        report["sockets"] = sockets(site, arguments.sockets)
    if arguments.burst:
        _say(f"{arguments.burst} submissions at once …")
        report["burst"] = burst(site, arguments.burst, ends)


def reached(report: dict[str, Any]) -> dict[str, bool | None]:
    """What was to be reached, and whether it was; only of what was measured. None where that cannot tell."""
    found: dict[str, bool | None] = {}
    if "pages" in report:
        claim = f"a lesson at least {TIMES_PLAIN:g} times as often as a plain page"
        found[claim] = report["pages"]["times_plain"] >= TIMES_PLAIN
    if "steps" in report:
        found["no errors"] = not any(row["errors"] for row in report["steps"])
    if "sockets" in report:
        found["every socket heard its submission and stayed open"] = not report["sockets"]["lost"]
    if "burst" in report:
        burst = report["burst"]
        found["every submission was graded once"] = not any(
            burst[fault] for fault in ("errors", "unfinished", "lost", "twice")
        )
        found[f"memory grows to at most {MOST_GROWTH:g} times during a burst"] = burst["flat"]
    return found


def _machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processors": os.cpu_count() or 1,
        "python": sys.version.split()[0],
        "load_before": round(os.getloadavg()[0], 1),
    }


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TooLong


# --- A lesson and a plain page ---


def side_by_side(site: Stack, count: int) -> dict[str, Any]:
    """Somebody who has done nothing yet, again and again; then people who were never here."""
    plain_body = Browser(site.origin, gzip=False).get(LESSON)
    site.manage("shell", "--no-imports", "-c", _make_plain_page(len(plain_body)))
    found: dict[str, Any] = {"lesson_bytes": len(plain_body)}
    found["plain_bytes"] = len(Browser(site.origin, gzip=False).get(PLAIN))
    for name, (gzip, first) in WAYS.items():
        lesson, plain = _in_turn(site, count, gzip, first, LESSON, PLAIN)
        found[name] = {
            "lesson": lesson,
            "plain": plain,
            "times_plain": round(lesson["per_second"] / plain["per_second"], 2),
            # Of the server's own work, whatever else the machine is busy with.
            "processor_times_plain": round(plain["web_ms"] / lesson["web_ms"], 2),
        }
    found["times_plain"] = min(found[name]["times_plain"] for name in WAYS)
    return found


def _make_plain_page(length: int) -> str:
    return f"from benchmarks.plain.page import make_page; make_page({length})"


def _in_turn(site: Stack, count: int, gzip: bool, first: bool, *paths: str) -> list[dict[str, float]]:
    """Ask for the paths in turn, `_AT_ONCE` browsers at a time, each with a session of its own or none."""
    times: list[list[float]] = [[] for _ in paths]
    elapsed, worked = [0.0 for _ in paths], [0.0 for _ in paths]
    web = site.child(PROCESSES["web"])
    browsers: queue.SimpleQueue[Browser] = queue.SimpleQueue()
    for _ in range(_AT_ONCE):
        browsers.put(Browser(site.origin, gzip=gzip))

    def get(path: str) -> None:
        browser = browsers.get()
        if first:
            browser.forget()
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


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(report: dict[str, Any]) -> None:
    machine = report["machine"]
    print(
        f"{machine['at']}, {machine['processors']} processors, Python {machine['python']}, load "
        f"{machine['load_before']} before; all of it took {report['minutes']} minutes"
    )
    if "pages" in report:
        _print_pages(report["pages"])
    for row in report.get("steps", []):
        used = ", ".join(f"{name} {share:.2f}" for name, share in row["processors"].items())
        print(
            f"{row['users']:4} people: {row['per_second']:6.1f} a second   p50 {row['p50_ms']:6.0f} ms"
            f"   p95 {row['p95_ms']:6.0f} ms   {row['errors']} errors   processors: {used},"
            f" all together {row['machine']:.2f}"
        )
        for kind, one in row["by_kind"].items():
            print(
                f"         {kind:16} {one['count']:5}   p50 {one['p50_ms']:6.0f} ms"
                f"   p95 {one['p95_ms']:6.0f} ms   {one['errors']} errors"
            )
        for failure, times in row["failures"].items():
            print(f"         {times} times {failure}")
    if "saturates" in report:
        print(f"saturates: {report['saturates']}")
    for name in ("sockets", "burst"):
        for key, value in report.get(name, {}).items():
            print(f"{name}: {key} {value}")
    for claim, is_reached in report["reached"].items():
        print(f"{ {True: 'reached', False: 'MISSED', None: 'unknown'}[is_reached]:8} {claim}")


def _print_pages(pages: dict[str, Any]) -> None:
    print(f"a lesson ({pages['lesson_bytes']:,} bytes), and a plain page ({pages['plain_bytes']:,} bytes)")
    for how in WAYS:
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


if __name__ == "__main__":
    sys.exit(main())
