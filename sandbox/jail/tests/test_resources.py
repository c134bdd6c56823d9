"""Attacks on time and memory: each ends within its limits, and takes nobody along."""

import json
import time
from collections.abc import Callable

import pytest

from sandbox.jail import Jail, Project, ProjectGone, Verdict
from sandbox.jail.limits import TRACE_BYTES
from sandbox.jail.tests.conftest import ASK, PONG, Still
from sandbox.jail.traces import TraceBudget

Answer = Callable[..., Verdict]

ENDLESS = {
    "spin": "while True: pass",
    "spin_ignoring_signals": (
        "for n in range(1, 65):\n"
        "    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    ),
    "sleep": "time.sleep(1000)",
    "regex": "import re; re.match(r'(a+)+$', 'a' * 60 + 'b')",
    "threads_that_never_end": (
        "def f():\n    while True: pass\n"
        "for _ in range(8): threading.Thread(target=f).start()\ntime.sleep(1000)"
    ),
    "deadlock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "endless_stream": "def f():\n    while True: yield b''\nresult = f()",
    "query": (
        "from django.db import connection\n"
        "connection.cursor().execute("
        "'with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n')"
    ),
    "dribble_on_the_channel": "while True: os.write(3, b'\\0'); time.sleep(0.05)",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_work_times_out(answer: Answer, still: Still, name: str) -> None:
    started = time.monotonic()
    verdict = answer(ENDLESS[name] + "\nresult = locals().get('result', '')", time_limit=2)
    assert time.monotonic() - started < 10
    assert verdict.state in ("timeout", "error"), verdict
    assert verdict.checks[0].status == "error"
    if verdict.state == "timeout":
        assert "2 seconds" in verdict.message
        assert "The answer is 42." in verdict.message


EXHAUSTING = {
    "memory_at_once": "result = str(len(bytearray(4 << 30)))",
    "memory_bit_by_bit": "kept = []\nwhile True: kept.append(bytearray(1 << 22))",
    "huge_integer": "result = str(len(str(10 ** (10 ** 8))))",
    "python_recursion": "def f(): return f()\nf()",
    "c_recursion": "sys.setrecursionlimit(10 ** 9)\na = []\nfor _ in range(10 ** 6): a = [a]\nrepr(a)",
    "segmentation_fault": "ctypes.string_at(0)",
    "abort": "os.abort()",
    "thread_bomb": (
        "threading.stack_size(32768)\nn = 0\n"
        "def f(): time.sleep(100)\n"
        "while True:\n    threading.Thread(target=f, daemon=True).start(); n += 1\n"
        "    if n > 500: raise SystemExit('more than 500 threads')"
    ),
    "descriptors": "kept = [os.pipe() for _ in range(10000)]",
    "output_frame": "result = 'x' * (50 << 20)",
    "deep_json": "from django.http import JsonResponse\na = []\nfor _ in range(10 ** 5): a = [a]\n"
    "result = JsonResponse(a, safe=False).content",
}

# It is one instruction of Python's that goes on for minutes: its end is always the time limit.
LIMITS = {"huge_integer": 4}


@pytest.mark.parametrize("name", EXHAUSTING)
def test_exhausting_fails_alone(answer: Answer, still: Still, name: str) -> None:
    verdict = answer(EXHAUSTING[name], time_limit=LIMITS.get(name, 15))
    assert verdict.state in ("failed", "error", "timeout"), verdict
    assert verdict.checks[0].status in ("error", "failed")
    assert "more than 500 threads" not in verdict.checks[0].message


def test_a_flood_of_output_is_cut(answer: Answer, still: Still) -> None:
    verdict = answer("for _ in range(200): print('x' * 100_000)\nresult = '42'")
    assert verdict.state == "passed"
    assert "more characters" in verdict.checks[0].output
    assert len(verdict.output) < 100_000


def test_output_without_print_goes_nowhere(answer: Answer, still: Still) -> None:
    verdict = answer("for n in (1, 2): os.write(n, b'forged\\n' * 1000)\nresult = '42'")
    assert verdict.state == "passed"
    assert "forged" not in verdict.output


def test_a_terminal_s_escapes_are_only_text(answer: Answer) -> None:
    verdict = answer("print('\\x1b[2J<script>\\x00\\ud800')\nresult = '42'")
    assert verdict.state == "passed"
    assert verdict.checks[0].output == "\x1b[2J<script>\ufffd?\n"


def test_no_trace_holds_what_a_database_can_t(answer: Answer) -> None:
    """A NUL in a query is honest; PostgreSQL's JSON has no place for one."""
    verdict = answer(
        "from django.contrib.auth.models import User\n"
        "list(User.objects.filter(username='before\\x00after'))\nresult = '42'"
    )
    assert verdict.state == "passed"
    told = json.dumps(verdict.to_json())
    assert "before\\ufffdafter" in told
    assert "\\u0000" not in told


def test_what_is_kept_of_a_grade_is_bounded_whatever_its_project_tells(answer: Answer) -> None:
    """Of every check it would be half a megabyte: each attempt's is written into the database."""
    checks = ASK + "".join(
        f"    def test_{n}(self):\n        for _ in range(4): self.client.get('/')\n" for n in range(8)
    )
    tell = (
        "from sandbox.jail import wire\nencode = wire.encode\n"
        "def much(message):\n"
        "    if message.get('trace'): message['trace']['cookies'] = ['x' * 120_000]\n"
        "    return encode(message)\n"
        "wire.encode = much\nresult = '42'"
    )
    verdict = answer(tell, checks=checks)
    assert verdict.state == "passed"
    assert len(verdict.checks[1].traces) == 4
    assert verdict.checks[-1].traces == []
    assert len(json.dumps(verdict.to_json())) < 2_500_000


def test_a_number_of_a_trace_counts_for_what_a_database_makes_of_it() -> None:
    """1e300 is five characters as it came, and three hundred as PostgreSQL's jsonb gives it back."""
    budget = TraceBudget(TRACE_BYTES)
    budget.add({"id": "much", "cookies": [1e300, 1e-300] * 5000})
    assert budget.traces == []
    budget.add({"id": "some", "cookies": [1e300, 1e-300] * 500})
    assert len(budget.traces) == 1
    assert budget.used > 300_000


def test_who_talks_to_a_project_reads_no_more_parts_than_takes_a_moment(jail: Jail) -> None:
    """It is a web process, and nobody else is served meanwhile; the time of a grade is the learner's own."""
    with jail.boot(Project(files=PONG)) as booted:
        assert len(booted.evaluate("[[0] * 1000] * 350")["value"]) == 350
        with pytest.raises(ProjectGone, match="too many parts"):
            booted.evaluate("[[0] * 1000] * 450")
