"""What each of several test processes is given, without running any of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.scheduling import JOURNEYS, LONG, SERVERS, ByFile, _rank
from tests.stack import ROOT

TESTS = [
    "lms/tests/test_a.py::test_one[x::y]",
    "lms/tests/test_a.py::TestMore::test_two",
    "lms/tests/test_a.py::test_three",
    "lms/tests/test_b.py::test_one",
    "sandbox/demos/tests/test_projects.py::test_one",
    "sandbox/jail/tests/test_wall.py::test_one",
    *(f"tests/faults/test_{name}.py::test_{number}" for name in "ab" for number in range(4)),
    *(f"tests/journeys/test_{name}.py::test_{number}" for name in "abcdefghij" for number in range(2)),
    "tests/test_services.py::test_one",
    "tests/test_up.py::test_one",
    *(f"lessons/database/transactions/tests/test_{name}.py::test_one" for name in "ab"),
    "lessons/database/aggregation/tests/test_a.py::test_one",
]


class Process:
    """A test process as the scheduler sees it."""

    shutting_down = False

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.given: list[int] = []
        self.done = 0

    def send_runtest_some(self, indices: list[int]) -> None:
        self.given += indices

    def shutdown(self) -> None:
        self.shutting_down = True


def run_with(count: int) -> list[list[str]]:
    """Return the units that each process was given, where each test takes as long as any other."""
    settings: Any = SimpleNamespace(
        getvalue=lambda name: ["popen"] * count, option=SimpleNamespace(loadscopereorder=True)
    )
    scheduler = ByFile(settings)
    processes: list[Any] = [Process(f"gw{number}") for number in range(count)]
    for process in processes:
        scheduler.add_node(process)
    for process in processes:
        scheduler.add_node_collection(process, TESTS)
    scheduler.schedule()
    while scheduler.has_pending:
        for process in processes:
            if process.done < len(process.given):
                scheduler.mark_test_complete(process, process.given[process.done])
                process.done += 1
    assert sorted(index for process in processes for index in process.given) == list(range(len(TESTS)))
    return [[scheduler._split_scope(TESTS[index]) for index in process.given] for process in processes]


def test_a_file_is_run_by_one_process_and_so_is_all_that_needs_servers():
    given = run_with(3)
    for unit in set().union(*given):
        assert sum(unit in of_one for of_one in given) == 1, unit
    assert given[0][:9] == [SERVERS] * 9
    assert sorted({unit for unit in set().union(*given) if unit.startswith("lessons/")}) == [
        "lessons/database/aggregation",
        "lessons/database/transactions",
    ]


def test_nothing_follows_a_journey_in_its_process():
    """The browser's event loop is there from then on."""
    for count in (1, 2, 3):
        for of_one in run_with(count):
            journeys = [unit.startswith(JOURNEYS) for unit in of_one]
            assert journeys == sorted(journeys)
    assert sum(any(unit.startswith(JOURNEYS) for unit in of_one) for of_one in run_with(3)) >= 2


def test_long_journeys_come_before_the_others():
    assert all((ROOT / unit).is_file() for unit in LONG)
    assert [_rank(unit) for unit in LONG] == sorted(_rank(unit) for unit in LONG)
    assert max(_rank(unit) for unit in LONG) < _rank(f"{JOURNEYS}test_a.py")
    assert _rank("lms/tests/test_a.py") < _rank(LONG[0])


def test_one_process_does_everything_in_order():
    (given,) = run_with(1)
    ranks = (SERVERS, JOURNEYS, "sandbox/", "tests/", "lms/", "lessons/")  # before "tests/", which begins it
    assert [next(rank for rank in ranks if unit.startswith(rank)) for unit in dict.fromkeys(given)] == [
        SERVERS,
        *["sandbox/"] * 2,
        "tests/",
        *["lms/"] * 2,
        *["lessons/"] * 2,
        *[JOURNEYS] * 10,
    ]
