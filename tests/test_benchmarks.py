"""The arithmetic of the benchmarks; not their timings, which say nothing on a machine that others use."""

from __future__ import annotations

import contextlib
import inspect
import os
import pkgutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as runner
from benchmarks import burst as bursts
from benchmarks import crowd, dashboards, load, measure, page_weight, ways, xray
from benchmarks.figures import exit_code, flatness, percentile, ratios, saturation, summary, verdicts
from tests.stack import Stack

GOOD: dict[str, Any] = {
    "ratios": {"cold_bubblewrap": 20.0, "unisolated_floor": 2.0},
    "per_second_at_8": {"jail": 60.0, "cold_bubblewrap": 4.0},
}


def test_percentiles_are_values_that_occurred() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [percentile(values, share) for share in (0.2, 0.5, 0.95, 1)] == [1, 3, 5, 5]
    assert percentile([7.0], 0.5) == 7
    assert percentile(list(range(1, 101)), 0.95) == 95


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0), ([1.0], 1.1)])
def test_no_percentile_of_nothing(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="a percentile needs"):
        percentile(values, share)


def test_a_summary_counts_by_the_clock_on_the_wall() -> None:
    found = summary([100.0, 300.0, 200.0, 400.0], elapsed=0.5)
    assert found == {"count": 4, "p50_ms": 200, "p95_ms": 400, "min_ms": 100, "per_second": 8}


def test_ratios() -> None:
    p50 = {"jail": 30.0, "floor": 20.0, "cold_python": 600.0, "cold_bubblewrap": 660.0}
    assert ratios(p50) == {
        "cold_python": 20,
        "cold_bubblewrap": 22,
        "cold_container": None,
        "unisolated_floor": 1.5,
    }
    assert set(ratios({}).values()) == {None}


def test_verdicts() -> None:
    assert [reached for _, reached in verdicts(GOOD)] == [True, True, True]
    bad = {
        "ratios": {"cold_bubblewrap": 19.9, "unisolated_floor": 2.01},
        "per_second_at_8": {"jail": 59.0, "cold_bubblewrap": 3.0},
    }
    assert [reached for _, reached in verdicts(bad)] == [False, False, False]


def test_twenty_times_cold_is_enough_on_a_slow_machine() -> None:
    slow = {**GOOD, "per_second_at_8": {"jail": 41.0, "cold_bubblewrap": 2.0}}
    assert verdicts(slow)[2][1] is True


def test_what_was_not_measured_is_neither_reached_nor_missed() -> None:
    nothing = {"ratios": ratios({}), "per_second_at_8": {}}
    assert [reached for _, reached in verdicts(nothing)] == [None, None, None]


def test_at_once_runs_every_one_and_so_many_together() -> None:
    together = threading.Barrier(3, timeout=20)
    times, elapsed = measure.at_once(lambda: print(together.wait()), count=9, threads=3)
    assert len(times) == 9
    assert elapsed > 0


def test_a_grade_that_fails_ends_the_measurement() -> None:
    def once() -> None:
        raise ways.Wrong("failed")

    with pytest.raises(ways.Wrong):
        measure.at_once(once, count=3, threads=2)


@pytest.mark.parametrize("answer", [b"", b"{}", b'{"test_a": "passed", "test_b": "failed"}'])
def test_a_cold_grade_has_to_be_right(answer: bytes) -> None:
    with pytest.raises(ways.Wrong):
        ways.check(answer)


def test_memory_of_a_tree_of_processes() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        pids = measure.tree(os.getpid())
        assert {os.getpid(), child.pid} <= set(pids)
        held = measure.shares(pids)
        assert held[os.getpid()] > measure.MEGABYTE
    finally:
        child.communicate()
    assert child.pid not in measure.shares([child.pid])


def test_every_benchmark_is_found() -> None:
    assert {"grading", "load", "xray"} <= set(runner.names())


# --- What was missed is told to who started it ----------------------------------------------------------


def test_a_miss_is_the_exit_code_and_what_was_not_measured_is_none() -> None:
    assert exit_code([True, None, True]) == exit_code([]) == 0
    assert exit_code([True, None, False]) == 1


@pytest.mark.parametrize("name", runner.names())
def test_every_benchmark_ends_with_one(name: str) -> None:
    main = pkgutil.resolve_name(f"benchmarks.{name}").main
    assert inspect.signature(main).return_annotation == "int"
    assert "return 0\n" not in inspect.getsource(main)


@pytest.mark.parametrize(("slowest", "code"), [(dashboards.LIMIT_MS, 0), (dashboards.LIMIT_MS + 1, 1)])
def test_a_page_of_the_teacher_s_that_is_too_slow(
    monkeypatch: pytest.MonkeyPatch, slowest: float, code: int
) -> None:
    page = {"p50_ms": slowest, "min_ms": 1.0, "worst_ms": 900.0, "queries": 9}
    measured = {"pages": {"learners": page}, "refresh_s": 0.1}
    monkeypatch.setattr(dashboards, "postgresql_server", lambda: contextlib.nullcontext("postgres://x/y"))
    monkeypatch.setattr(dashboards, "_manage", lambda *arguments: None)
    monkeypatch.setattr(dashboards, "_in_another_process", lambda *arguments: dict(measured))
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(sys, "argv", ["dashboards", "--sizes", str(dashboards.PROMISED)])
    assert dashboards.main() == code


def test_a_page_that_weighs_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    assert page_weight.main() == 0
    heavy = [replace(weight, limit=1) for weight in page_weight.weights()]
    monkeypatch.setattr(page_weight, "weights", lambda: heavy)
    assert page_weight.main() == 1


def a_step(users: int, per_second: float, web: float = 0.2) -> dict[str, Any]:
    used = {"web": web, "jail": 0.1}
    return {"users": users, "per_second": per_second, "p95_ms": 1, "processors": used, "machine": web + 0.1}


def test_it_saturates_where_more_people_get_no_more_answers() -> None:
    steps = [a_step(10, 9), a_step(20, 18), a_step(40, 22, 0.98), a_step(80, 22, 0.99)]
    said = saturation(steps, processors=2)
    assert "between 20 and 40 people, at 22 answers a second: web takes 98%" in said
    assert said.endswith("all together 54% of 2")
    assert "not yet with 20 people" in saturation(steps[:2], processors=2)


def test_memory_is_flat_where_it_ends_as_it_began() -> None:
    assert flatness([100, 100, 180, 200, 180, 100, 105, 105]) == 1.05
    assert flatness([100, 100, 120, 140, 160, 180, 200, 200]) == 2
    assert flatness([100] * 7) is None
    assert bursts._held([100] * 7)["flat"] is None, "too short to tell"
    assert bursts._held([100] * 8)["flat"] is True
    assert bursts._held([100] * 6 + [120] * 2)["flat"] is False


def test_a_load_that_lost_something_is_told() -> None:
    burst = {"errors": 0, "unfinished": 0, "lost": 0, "twice": 0, "flat": True}
    good = {"pages": {"times_plain": 3.0}, "steps": [{"errors": 0}], "sockets": {"lost": 0}, "burst": burst}
    assert set(load.reached(good).values()) == {True}
    bad = {
        "pages": {"times_plain": 2.9},
        "steps": [{"errors": 1}],
        "sockets": {"lost": 1},
        "burst": {**burst, "lost": 1, "flat": False},
    }
    assert set(load.reached(bad).values()) == {False}
    for fault in ("errors", "unfinished", "lost", "twice"):
        assert False in load.reached({"burst": {**burst, fault: 1}}).values()
    assert load.reached({}) == {}


def test_what_went_wrong_is_counted_whether_a_request_failed_or_a_person_was_stuck(tmp_path: Path) -> None:
    failures = "Method,Name,Error,Occurrences\nGET,lesson,HTTPError('500'),3\n"
    (tmp_path / "found_failures.csv").write_text(failures)
    stuck = "Count,Message,Traceback,Nodes\n2,list index out of range,...,local\n"
    (tmp_path / "found_exceptions.csv").write_text(stuck)
    found = crowd.read_failures(tmp_path)
    assert found == {"lesson: HTTPError('500')": 3, "list index out of range": 2}


def test_a_load_that_takes_too_long_tells_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(site: Stack, within: float) -> None:
        time.sleep(within)

    monkeypatch.setattr(Stack, "start", start)
    monkeypatch.setattr(sys, "argv", ["load", "--minutes", "0.02"])
    assert load.main() == 1


def test_a_process_s_time_is_counted() -> None:
    before = measure.processor_seconds(os.getpid())
    sum(range(3_000_000))
    assert 0 < measure.processor_seconds(os.getpid()) - before < 30


@pytest.mark.parametrize(
    ("added", "off", "reached"), [(2.0, 0.05, True), (2.01, 0.0, False), (0.1, 0.06, False)]
)
def test_the_xray_s_verdict(added: float, off: float, reached: bool) -> None:
    pages = {"a page": {"added_ms": 0.1}, "another": {"added_ms": added}}
    assert xray.verdict({"pages": pages, "off": {"added_ms": off}}) is reached


def test_actions_take_turns_and_the_fast_ones_count() -> None:
    turns: list[str] = []
    fast, slow = xray.in_turn(10, lambda: turns.append("a"), lambda: [turns.append("b"), sum(range(20_000))])
    assert turns == ["a", "b"] * 10
    assert 0 <= fast < slow
