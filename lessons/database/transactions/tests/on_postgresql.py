"""Not collected by itself: test_postgresql.py runs it in a site that has a PostgreSQL server."""

import threading

import pytest
from django.db import OperationalError, connections, transaction

from lessons.database.transactions.demo import race
from lessons.database.transactions.demo.models import JAR, Account
from lessons.database.transactions.demo.places import ON_POSTGRESQL, POSTGRESQL
from sandbox.demos.testing import visit

__all__ = ["visit"]


@pytest.fixture
def jar(visit):
    with visit("transactions").world():
        yield Account.objects.get(owner=JAR)


def longest(session, word: str) -> float:
    return max(seen.ms for seen in session.watch.statements if seen.sql.startswith(word))


@pytest.mark.parametrize("mode", ["pg_autocommit", "pg_committed"])
def test_read_then_write_loses_in_a_transaction_too(jar, mode):
    outcome = race.run("read", mode, jar)
    assert outcome.refused == []
    assert outcome.lost in (1_000, 2_500)


def test_a_row_lock_makes_the_second_wait_at_its_select(jar):
    outcome = race.run("lock", "pg_committed", jar)
    assert (outcome.lost, outcome.refused) == (0, [])
    assert max(longest(session, "SELECT") for session in outcome.sessions) > 300
    assert all("FOR UPDATE" in session.watch.statements[0].sql for session in outcome.sessions)


@pytest.mark.parametrize("way", ["read", "lock", "version"])
def test_repeatable_read_refuses_the_second(jar, way):
    outcome = race.run(way, "pg_repeatable", jar)
    assert outcome.lost == 0
    (refused,) = outcome.refused
    assert "could not serialize access due to concurrent update" in refused.error


def test_f_and_version(jar):
    outcome = race.run("f", "pg_committed", jar)
    assert (outcome.lost, outcome.refused) == (0, [])
    outcome = race.run("version", "pg_committed", jar)
    assert outcome.lost == 0
    assert outcome.refused[0].error.startswith("Stale")


def test_a_lock_needs_a_transaction(jar):
    outcome = race.run("lock", "pg_autocommit", jar)
    assert all("cannot be used outside of a transaction" in session.error for session in outcome.sessions)


def test_nothing_is_left_of_a_race(jar):
    race.run("f", "pg_committed", jar)
    with connections[POSTGRESQL].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'race_%'")
        assert cursor.fetchone() == (0,)
    connections[POSTGRESQL].close()


def test_locks_in_two_orders_are_a_deadlock(jar):
    with ON_POSTGRESQL["pg_committed"].prepared(jar) as ring:
        other = Account.objects.using(ring.alias).create(owner="Other", opening=0, balance=0).pk
        both_have_one, errors = threading.Barrier(2), []

        def lock(first: int, second: int) -> None:
            connection = connections[ring.alias]
            try:
                ring.open(connection)
                accounts = Account.objects.using(ring.alias)
                with transaction.atomic(using=ring.alias):
                    accounts.select_for_update().get(pk=first)
                    both_have_one.wait(10)
                    accounts.select_for_update().get(pk=second)
            except OperationalError as error:
                errors.append(str(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=lock, args=pair) for pair in ((ring.pk, other), (other, ring.pk))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(errors) == 1
    assert "deadlock detected" in errors[0]
