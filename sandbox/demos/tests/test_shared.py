"""Rows that all visitors read: made once, by whoever comes first, and written by nobody else."""

import sqlite3
import threading

import pytest
from django.db import DatabaseError, OperationalError, connections

from sandbox.demos import shared
from sandbox.demos.conf import conf
from sandbox.demos.discovery import Demo, Root, find_demos

SHARED = [demo for demo in conf.DEMOS if demo.shared]


@pytest.fixture
def demo(monkeypatch, tmp_path, django_db_blocker) -> Demo:
    """A lesson with two files, whose rows are three numbers, in a folder of their own."""
    if not SHARED:
        pytest.skip("no lesson with shared rows is installed")
    for thread in shared._threads.values():
        thread.join()  # of a test before: it would go on with what is put in here
    demo = Demo(SHARED[0].row, SHARED[0].folder, SHARED[0].package, SHARED[0].shared[:2])
    monkeypatch.setattr(conf, "SHARED_ROWS", 3)
    monkeypatch.setattr(conf, "DEMOS_VAR_DIR", tmp_path)
    monkeypatch.setattr(shared, "_paths", {})
    monkeypatch.setattr(shared, "import_module", lambda name: Module)
    monkeypatch.setattr(shared, "_reached", {})
    monkeypatch.setattr(shared, "_threads", {})
    monkeypatch.setattr(shared, "_failed", {})
    monkeypatch.setattr(Module, "built", [])
    _forget(demo)
    with django_db_blocker.unblock():
        yield demo
        _forget(demo)


def _forget(demo: Demo) -> None:
    for alias in demo.shared:
        connections[alias].close()


class Module:
    """What stands in the place of a demo's shared.py."""

    built: list[str] = []

    @staticmethod
    def build(alias, rows, report) -> None:
        Module.built.append(alias)
        with connections[alias].cursor() as cursor:
            if len(Module.built) == 1:
                cursor.execute("CREATE TABLE number (n integer)")
                cursor.executemany("INSERT INTO number VALUES (%s)", [(n,) for n in range(rows)])
            else:
                cursor.execute("CREATE INDEX number_n ON number (n)")
        report(1.0)


def numbers(alias: str) -> list[int]:
    with connections[alias].cursor() as cursor:
        return [n for (n,) in cursor.execute("SELECT n FROM number ORDER BY n").fetchall()]


def test_each_file_is_made_once_and_the_second_from_the_first(demo):
    shared.build(demo)
    shared.build(demo)
    assert Module.built == list(demo.shared)
    assert [numbers(alias) for alias in demo.shared] == [[0, 1, 2], [0, 1, 2]]


def test_the_first_question_starts_the_work_and_is_told_so(demo):
    with pytest.raises(OperationalError, match="are being made: 0%"):
        numbers(demo.shared[0])
    shared._threads[demo.slug].join(10)
    assert numbers(demo.shared[0]) == [0, 1, 2]


def test_a_builder_that_fails_is_named_and_leaves_nothing(demo, monkeypatch):
    def fail(alias, rows, report):
        raise ValueError("no ink")

    monkeypatch.setattr(Module, "build", fail)
    shared.begin([demo])
    shared._threads[demo.slug].join(10)
    monkeypatch.setattr(shared, "begin", lambda demos: None)
    with pytest.raises(OperationalError, match="could not be made: no ink"):
        numbers(demo.shared[0])
    assert not list(shared._folder().glob(".*.tmp"))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO number VALUES (4)",
        "CREATE TABLE other (n)",
        "DROP TABLE number",
        "ATTACH DATABASE '/tmp/x' AS other",
        "PRAGMA database_list",
        "PRAGMA writable_schema = 1; DELETE FROM number",
    ],
)
def test_nobody_else_writes_or_leaves_the_file(demo, statement):
    shared.build(demo)
    with pytest.raises((DatabaseError, sqlite3.Warning)), connections[demo.shared[0]].cursor() as cursor:
        cursor.execute(statement)
        cursor.fetchall()
    assert numbers(demo.shared[0]) == [0, 1, 2]


def test_another_thread_does_not_write_while_one_builds(demo, monkeypatch):
    seen = []

    def build(alias, rows, report):
        other = threading.Thread(target=lambda: seen.append(shared.written_here(alias)))
        other.start()
        other.join()
        seen.append(shared.written_here(alias) is not None)
        Module.built.append(alias)

    monkeypatch.setattr(Module, "build", build)
    with pytest.raises(FileNotFoundError):  # it made no file
        shared.build(demo)
    assert seen == [None, True]


def test_aliases_are_read_without_importing(tmp_path):
    demo = tmp_path / "track" / "lesson" / "demo"
    demo.mkdir(parents=True)
    row = '[[lesson]]\nslug = "lesson"\nfeature = "f"\nwhy = "w"\n'
    (tmp_path / "track" / "track.toml").write_text(row)
    for name in ("apps.py", "urls.py"):
        (demo / name).touch()
    (demo / "shared.py").write_text('import nothing_of_that_name\nALIASES = ["a", "b"]\n')
    [found] = find_demos([Root(tmp_path, "lessons")])
    assert found.shared == ("a", "b")
