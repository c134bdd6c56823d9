"""What a grade costs: here, cold, in a container, and without any isolation.

The same exercise (three models, one REST endpoint, six checks) and the same right answer by each way: p50
and p95 of single grades, as learners come who do not all press at the same moment; grades per second where
1, 2, 4 and 8 are always under way; memory. Then this grader again, with more and more waiting.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import platform
import resource
import sys
import time
from typing import Any

from benchmarks import measure, ways
from benchmarks.figures import exit_code, percentile, ratios, summary, verdicts

AT_ONCE = (1, 2, 4, 8)
QUEUED = (1, 10, 100)
_WARM = {"jail", "floor"}
_ROUNDS = 3
_PAUSE = 0.15  # seconds after a single grade, by whichever way


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--grades", type=int, default=60, help="of each warm way at each width (60)")
    parser.add_argument("--cold", type=int, default=9, help="of each cold way at each width (9)")
    parser.add_argument("--full", action="store_true", help="queue 1,000 submissions, too")
    arguments = parser.parse_args()
    report = measure_all(arguments)
    if arguments.json:
        print(json.dumps(report))
    else:
        _print(report)
    return exit_code(report["reached"].values())


def measure_all(arguments: argparse.Namespace) -> dict[str, Any]:
    report: dict[str, Any] = {
        "machine": {
            "cpus": os.cpu_count(),
            "kernel": platform.release(),
            "python": platform.python_version(),
        },
        "ways": {},
        "not_here": {},
    }
    with contextlib.ExitStack() as stack:
        opened: dict[str, ways.Way] = {}
        for name, open_way in ways.all_ways().items():
            _say(f"{name} …")
            try:
                opened[name] = stack.enter_context(open_way())
                measure.at_once(opened[name].once, count=3, threads=1)
            except ways.NotHere as reason:
                report["not_here"][name] = str(reason)
        counts = {name: arguments.grades if name in _WARM else arguments.cold for name in opened}
        alone = _alone(opened, counts)
        at_once = _in_turn(opened, counts)
        for name, way in opened.items():
            report["ways"][name] = {"alone": alone[name], "at_once": at_once[name], **_memory(way)}
        if "jail" in opened:
            report["queue"] = _queue(opened["jail"], arguments.full)
    report["ratios"] = ratios({name: found["p50_ms"] for name, found in alone.items()})
    report["ratios_back_to_back"] = ratios({name: found["1"]["p50_ms"] for name, found in at_once.items()})
    report["per_second_at_8"] = {name: found["8"]["per_second"] for name, found in at_once.items()}
    report["reached"] = dict(verdicts(report))
    return report


def _alone(opened: dict[str, ways.Way], counts: dict[str, int]) -> dict[str, dict[str, float]]:
    """One grade by each way in turn, with a pause after each, in which a way may get the next one ready."""
    times: dict[str, list[float]] = {name: [] for name in opened}
    for number in range(max(counts.values())):
        for name, way in opened.items():
            if number < counts[name]:
                times[name] += measure.at_once(way.once, count=1, threads=1)[0]
                time.sleep(_PAUSE)
    # Nothing is said of a rate: that is the pause's.
    return {
        name: {key: value for key, value in summary(taken, 1.0).items() if key != "per_second"}
        for name, taken in times.items()
    }


def _in_turn(opened: dict[str, ways.Way], counts: dict[str, int]) -> dict[str, dict[str, Any]]:
    """By way and width. The ways take turns, so that a machine that is busy for a while is busy for all."""
    found: dict[str, dict[str, Any]] = {name: {} for name in opened}
    for width in AT_ONCE:
        _say(f"{width} at once …")
        times: dict[str, list[float]] = {name: [] for name in opened}
        elapsed = dict.fromkeys(opened, 0.0)
        for _ in range(_ROUNDS):
            for name, way in opened.items():
                count = max(math.ceil(counts[name] / _ROUNDS), width)
                taken, seconds = measure.at_once(way.once, count=count, threads=width)
                times[name] += taken
                elapsed[name] += seconds
        for name in opened:
            found[name][str(width)] = summary(times[name], elapsed[name])
    return found


def _memory(way: ways.Way) -> dict[str, float]:
    """Apart from the timing, which looking at memory would disturb."""
    if not way.pid:
        return {"peak_mb": _megabytes(max(way.peaks))}
    idle = sum(measure.shares(measure.tree(way.pid)).values())
    with measure.highest(way.pid) as seen:
        measure.at_once(way.once, count=24, threads=8)
    return {"idle_mb": _megabytes(idle), "peak_mb": _megabytes(max(seen))}


def _queue(way: ways.Way, full: bool) -> list[dict[str, float]]:
    """So many submissions at once, for as many workers as there are processors."""
    rows = []
    for queued in (*QUEUED, 1000) if full else QUEUED:
        with measure.highest(way.pid, pause=0.5) as seen:
            times, elapsed = measure.at_once(way.once, count=queued, threads=os.cpu_count() or 1)
        rows.append(
            {
                "queued": queued,
                "ms_per_grade": round(1000 * elapsed / queued, 1),
                "p50_ms": round(percentile(times, 0.5), 1),
                "jail_mb": _megabytes(max(seen)),
                "supervisor_mb": _megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024),
            }
        )
    return rows


def _megabytes(size: int) -> float:
    return round(size / measure.MEGABYTE, 1)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(report: dict[str, Any]) -> None:
    print(f"{'':16}   p50 ms   p95 ms   a second at {', '.join(map(str, AT_ONCE))} at once     peak MB")
    for name, way in report["ways"].items():
        alone = way["alone"]
        rates = "".join(f"{way['at_once'][str(width)]['per_second']:8.2f}" for width in AT_ONCE)
        print(f"{name:16} {alone['p50_ms']:8.1f} {alone['p95_ms']:8.1f}  {rates}  {way['peak_mb']:10.1f}")
    for name, reason in report["not_here"].items():
        print(f"{name:16} not measured: {reason}")
    print()
    for name, value in report["ratios"].items():
        if value is not None:
            what = "of our p50 to it" if name == "unisolated_floor" else "of its p50 to ours"
            print(f"{name:16} {value:8.2f}  {what} ({report['ratios_back_to_back'][name]} back to back)")
    print()
    for row in report.get("queue", []):
        print(
            f"{row['queued']:5} queued: {row['ms_per_grade']:6.1f} ms a grade, jail {row['jail_mb']:.1f} MB, "
            f"supervisor {row['supervisor_mb']:.1f} MB"
        )
    print()
    for claim, reached in report["reached"].items():
        print(f"{ {True: 'reached', False: 'MISSED', None: 'unknown'}[reached]:8} {claim}")


if __name__ == "__main__":
    sys.exit(main())
