"""What no statement may do in a world, whoever wrote it."""

import sqlite3
import time

import pytest
from django.db import DatabaseError, connection, transaction

from sandbox.demos.database import guard
from sandbox.demos.tests.school.yard.sandpit.demo.models import Castle

REFUSED = [
    "ATTACH DATABASE '{other}' AS other",
    "VACUUM INTO '{other}'",
    "DETACH DATABASE main",
    "SELECT load_extension('{other}')",
    "SELECT fts3_tokenizer('simple')",
    "SELECT hex(fts3_tokenizer('simple'))",
    "PRAGMA database_list",
    "SELECT file FROM pragma_database_list",
    "PRAGMA temp_store_directory = '/'",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('{other}', 'x')",
    "SELECT name FROM fsdir('/')",
    "CREATE VIRTUAL TABLE passwords USING csv(filename='/etc/passwd')",
    "SELECT 1; DELETE FROM sandpit_castle",
    "SELECT zeroblob(100000000)",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_no_statement_leaves_the_world(visit, tmp_path, statement):
    other = tmp_path / "other.sqlite3"
    browser = visit("sandpit")
    with browser.world(), connection.cursor() as cursor:
        with pytest.raises((DatabaseError, sqlite3.Warning)):
            cursor.execute(statement.format(other=other))
            cursor.fetchall()
        assert Castle.objects.count() == 1
    assert not other.exists()


def test_a_statement_without_end_is_interrupted(visit, monkeypatch):
    monkeypatch.setattr(guard, "MAX_SECONDS", 0.2)
    browser = visit("sandpit")
    began = time.monotonic()
    with browser.world(), connection.cursor() as cursor, pytest.raises(DatabaseError, match="interrupted"):
        cursor.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n")
    assert time.monotonic() - began < 5
    with browser.world():
        assert Castle.objects.count() == 1


def test_the_time_is_the_statements_own(visit, monkeypatch):
    monkeypatch.setattr(guard, "MAX_SECONDS", 0.3)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
    with visit("sandpit").world(), connection.cursor() as cursor:
        used = time.thread_time()
        while time.thread_time() - used < 0.6:
            cursor.execute(f"{numbers} SELECT sum(i) FROM n")
            assert cursor.fetchone() == (20000100000,)


def test_what_django_does_itself_goes_on(visit):
    with visit("sandpit").world():
        assert "sandpit_castle" in connection.introspection.table_names()
        with connection.cursor() as cursor:
            assert connection.introspection.get_table_description(cursor, "sandpit_castle")
        with transaction.atomic():
            Castle.objects.bulk_create([Castle(name=f"n{number}") for number in range(2_000)])
            with transaction.atomic():
                Castle.objects.filter(name="n7").delete()
        assert Castle.objects.count() == 2_000
        connection.check_constraints()
