"""The text's claims about Django, tried."""

from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError

from lessons.database.transactions.demo.models import Account, Transfer

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()


@pytest.fixture(autouse=True)
def world(visit):
    with visit("transactions").world():
        yield


@pytest.fixture
def ada() -> Account:
    return Account.objects.get(owner="Ada")


class Stop(Exception):
    pass


def test_a_rollback_leaves_python_objects_as_they_are(ada):
    transfer = Transfer(payer=ada, payee_id=3, cents=1)
    with pytest.raises(Stop), transaction.atomic():
        transfer.save()
        ada.balance += 1
        ada.save()
        raise Stop
    assert transfer.pk is not None
    assert not Transfer.objects.exists()
    assert ada.balance == Account.objects.get(pk=ada.pk).balance + 1


def test_on_commit_is_forgotten_by_a_rollback_of_its_savepoint():
    called = []
    with transaction.atomic():
        transaction.on_commit(lambda: called.append("outer"))
        with pytest.raises(Stop), transaction.atomic():
            transaction.on_commit(lambda: called.append("inner"))
            raise Stop
        assert called == []
    assert called == ["outer"]
    transaction.on_commit(lambda: called.append("at once"))
    assert called == ["outer", "at once"]


@pytest.mark.parametrize(("robust", "after"), [(False, []), (True, ["second"])])
def test_a_callback_that_raises(ada, robust, after):
    called = []

    def fail():
        raise Stop

    def work():
        with transaction.atomic():
            Account.objects.filter(pk=ada.pk).update(version=7)
            transaction.on_commit(fail, robust=robust)
            transaction.on_commit(lambda: called.append("second"))

    if robust:
        work()
    else:
        with pytest.raises(Stop):
            work()
    assert called == after
    assert Account.objects.get(pk=ada.pk).version == 7


def test_the_message_of_a_broken_transaction(ada):
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            Account.objects.filter(pk=ada.pk).update(balance=-1)
        with pytest.raises(TransactionManagementError) as caught:
            Account.objects.count()
        assert str(caught.value) in TEXT
        transaction.set_rollback(True)


def test_an_f_expression_stays_on_the_instance(ada):
    before = ada.balance
    ada.balance = F("balance") + 1
    ada.save()
    ada.save()
    ada.refresh_from_db()
    assert ada.balance == before + 2


def test_select_for_update_is_nothing_on_sqlite(ada):
    assert not connection.features.has_select_for_update
    assert "FOR UPDATE" not in str(Account.objects.select_for_update().query)
    assert Account.objects.select_for_update().get(pk=ada.pk) == ada  # outside of a transaction


def test_durable_refuses_to_be_inside():
    with pytest.raises(RuntimeError), transaction.atomic(), transaction.atomic(durable=True):
        pass


def test_a_constraint_turns_a_debt_into_an_error(ada):
    with pytest.raises(IntegrityError, match="no_overdraft"):
        Account.objects.filter(pk=ada.pk).update(balance=F("balance") - 10_000_000)
    with pytest.raises(IntegrityError, match="closed_is_empty"):
        Account.objects.filter(owner="Edda").update(balance=1)
