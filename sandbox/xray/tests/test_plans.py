"""Query plans: the tree, its marks, and statements whose parameters were not kept."""

import sqlite3

import pytest

from sandbox.xray.plans import NoPlanError, plan_in_file, steps_of

TABLES = """
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE book (id INTEGER PRIMARY KEY, author_id INTEGER, title TEXT);
CREATE INDEX book_author ON book (author_id);
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a file?#.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(TABLES)
    return path


def marks(file, sql: str) -> list[str | None]:
    return [step["mark"] for step in plan_in_file(file, sql)]


def test_a_search_by_an_index_is_not_marked_and_a_scan_is(file):
    assert marks(file, "SELECT * FROM book WHERE author_id = 1") == [None]
    assert marks(file, "SELECT * FROM book WHERE title = 'x'") == ["scan"]


def test_a_sort_that_no_index_spares_is_marked(file):
    assert marks(file, "SELECT * FROM book ORDER BY title") == ["scan", "sort"]


def test_rows_that_are_no_table_are_not_marked(file):
    assert marks(file, "SELECT 1") == [None]
    assert set(marks(file, "INSERT INTO author (name) VALUES ('a'), ('b')")) <= {None}
    assert marks(file, "SELECT value FROM json_each('[1]')") == [None]


def test_a_subquery_stands_deeper(file):
    plan = plan_in_file(
        file, "SELECT name FROM author WHERE id IN (SELECT author_id FROM book WHERE title = 'x')"
    )

    assert [step["depth"] for step in plan] == [0, 0, 1]
    assert plan[2]["text"] == "SCAN book"


def test_djangos_own_functions_are_known(file):
    assert marks(file, "SELECT django_date_trunc('year', title, 'UTC', 'UTC') FROM book") == ["scan"]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO book (author_id, title) VALUES (%s, %s) -- executed with 3 sets of parameters",
        "SELECT * FROM book WHERE title LIKE '100%%' AND id IN (%s, %s) -- 600 parameters",
    ],
)
def test_parameters_that_were_not_kept_do_not_matter(file, sql):
    assert isinstance(plan_in_file(file, sql), list)


def test_what_was_cut_is_not_explained(file):
    with pytest.raises(NoPlanError, match="too long"):
        plan_in_file(file, "SELECT '" + "x" * 10_001 + "'")


def test_a_database_that_is_gone_is_not_made(tmp_path):
    with pytest.raises(NoPlanError, match="unable to open"):
        plan_in_file(tmp_path / "gone.sqlite3", "SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_a_plan_is_bounded():
    assert len(steps_of((n, 0, 0, "SCAN t") for n in range(1, 1_000))) == 200
