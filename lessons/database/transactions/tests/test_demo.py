"""What is there after a failure, and who wins a race: on rows, statements and measured times."""

import pytest

from lessons.database.transactions.demo import books, race
from lessons.database.transactions.demo.models import JAR, Account, Entry, Transfer
from lessons.database.transactions.demo.transfer import STEPS

TRANSFER = {"payer": 2, "payee": 3, "amount": "50"}


@pytest.fixture
def bank(visit):
    return visit("transactions")


def audit(browser):
    with browser.world():
        return books.audit()


def counted(browser) -> tuple[int, int]:
    with browser.world():
        return Transfer.objects.count(), Entry.objects.count()


@pytest.mark.parametrize("atomic", [{}, {"atomic": "on"}])
def test_a_transfer_moves_money_and_writes_two_entries(bank, atomic):
    assert bank.post("", TRANSFER | atomic).status_code == 200
    assert audit(bank).is_right
    with bank.world():
        assert Account.objects.get(owner="Ada").balance == 115_000
        assert Account.objects.get(owner="Bruno").balance == 45_000
    assert counted(bank) == (1, 2)
    assert [letter["subject"] for letter in bank.mail] == ["Receipt"]


@pytest.mark.parametrize("stop", list(STEPS))
def test_with_atomic_it_is_all_or_nothing(bank, stop):
    response = bank.post("", TRANSFER | {"atomic": "on", "late_mail": "on", "stop": stop})
    assert response.status_code == 409
    assert "ROLLBACK" in response.text
    assert audit(bank).is_right
    assert counted(bank) == (0, 0)
    assert bank.mail == []


@pytest.mark.parametrize(
    ("stop", "missing", "halves"),
    [("transfer", 0, 1), ("take", 5_000, 1), ("debit", 5_000, 1), ("give", 0, 1), ("credit", 0, 0)],
)
def test_without_it_what_was_done_stays(bank, stop, missing, halves):
    assert bank.post("", TRANSFER | {"stop": stop}).status_code == 409
    found = audit(bank)
    assert (found.missing, found.halves) == (missing, halves)


def test_mail_is_no_row(bank):
    bank.post("", TRANSFER | {"atomic": "on", "stop": "receipt"})
    assert counted(bank) == (0, 0)
    assert len(bank.mail) == 1


def test_on_commit_without_a_transaction_is_at_once(bank):
    bank.post("", TRANSFER | {"late_mail": "on", "stop": "receipt"})
    assert len(bank.mail) == 1


def test_more_than_there_is(bank):
    response = bank.post("", {"payer": 5, "payee": 3, "amount": "9999", "atomic": "on"})
    assert response.status_code == 409
    assert "IntegrityError: CHECK constraint failed: no_overdraft" in response.text
    assert audit(bank).is_right


@pytest.mark.parametrize(
    ("way", "status", "paid"), [("all", 409, 0), ("caught", 409, 0), ("savepoint", 200, 4), ("each", 200, 4)]
)
def test_payday(bank, way, status, paid):
    response = bank.post("payday/", {"way": way})
    assert response.status_code == status
    assert f"{paid} of 5 wages were paid" in response.text
    assert audit(bank).is_right
    assert counted(bank) == (paid, 2 * paid)
    assert ("TransactionManagementError" in response.text) == (way == "caught")
    assert ("ROLLBACK TO SAVEPOINT" in response.text) == (way == "savepoint")


def run(browser, way: str, mode: str) -> race.Outcome:
    with browser.world():
        return race.run(way, mode, Account.objects.get(owner=JAR))


def words(session) -> list[str]:
    return [seen.sql.split()[0] for seen in session.watch.statements]


def test_read_then_write_loses_one_payment(bank):
    outcome = run(bank, "read", "autocommit")
    assert outcome.refused == []
    assert outcome.lost in (1_000, 2_500)
    assert [words(session) for session in outcome.sessions] == [["SELECT", "UPDATE"]] * 2


def test_a_deferred_transaction_refuses_one(bank):
    outcome = run(bank, "read", "deferred")
    assert outcome.lost == 0
    (refused,) = outcome.refused
    assert refused.error == "OperationalError: database is locked"
    assert words(refused) == ["BEGIN", "SELECT", "UPDATE", "ROLLBACK"]


@pytest.mark.parametrize("way", ["read", "lock"])
def test_an_immediate_transaction_makes_the_second_wait_at_begin(bank, way):
    outcome = run(bank, way, "immediate")
    assert (outcome.lost, outcome.refused) == (0, [])
    begins = [session.watch.statements[0] for session in outcome.sessions]
    assert {seen.sql for seen in begins} == {"BEGIN IMMEDIATE"}
    assert max(seen.ms for seen in begins) > 300


def test_select_for_update_asks_sqlite_nothing_more(bank):
    outcome = run(bank, "lock", "autocommit")
    # Without a transaction Django refuses where the database could lock; SQLite cannot.
    assert outcome.refused == []
    assert outcome.lost in (1_000, 2_500)
    assert "FOR UPDATE" not in outcome.sessions[0].watch.statements[0].sql


@pytest.mark.parametrize("mode", ["autocommit", "deferred", "immediate"])
def test_f_loses_nothing(bank, mode):
    outcome = run(bank, "f", mode)
    assert (outcome.lost, outcome.refused) == (0, [])


def test_a_version_refuses_the_second(bank):
    outcome = run(bank, "version", "autocommit")
    assert outcome.lost == 0
    (refused,) = outcome.refused
    assert refused.error.startswith("Stale")


def test_the_page_draws_what_was_measured(bank):
    response = bank.post("race/", {"way": "f", "mode": "autocommit"})
    assert response.status_code == 200
    assert "Nothing is lost" in response.text
    assert audit(bank).is_right
    trace = bank.traces[-1]
    assert sum(query["sql"].startswith('UPDATE "transactions_account"') for query in trace["queries"]) == 2


def test_put_right(bank):
    bank.post("", TRANSFER | {"stop": "take"})
    assert not audit(bank).is_right
    bank.post("books/put-right/")
    assert audit(bank).is_right


@pytest.mark.parametrize("path", ["", "payday/", "race/", "books/"])
def test_pages(bank, path):
    response = bank.get(path)
    assert response.status_code == 200
    assert "style=" not in response.text


def test_nonsense_is_refused(bank):
    assert bank.post("", TRANSFER | {"payee": 2}).status_code == 400
    assert bank.post("", TRANSFER | {"payee": 6}).status_code == 400
    assert bank.post("race/", {"way": "f", "mode": "pg_committed"}).status_code == 400
    assert bank.post("payday/", {"way": "hope"}).status_code == 400


def test_the_xray_has_the_begin_of_a_transaction_and_not_its_end(bank):
    for ticked in ({}, {"atomic": "on"}):
        bank.post("", TRANSFER | ticked)
        asked = [query["sql"].split()[0] for query in bank.traces[-1]["queries"]]
        assert ("BEGIN" in asked) is bool(ticked)
        assert not {"COMMIT", "ROLLBACK"} & set(asked)
