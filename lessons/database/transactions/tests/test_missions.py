"""Each mission is noticed by the demos site when it is done, and not before."""

import pytest

STAGE = "/stage/database/transactions/"
TRANSFER = {"payer": 2, "payee": 3, "amount": "50"}


@pytest.fixture
def learner(visit):
    return visit("transactions")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def test_looking_around_completes_nothing(learner):
    for path in ("", "payday/", "race/", "books/"):
        assert learner.get(path).status_code == 200
    learner.post("", TRANSFER)
    learner.post("", TRANSFER | {"atomic": "on", "late_mail": "on"})
    assert done(learner) == set()


@pytest.mark.parametrize("stop", ["take", "debit"])
def test_money_is_lost_between_taking_and_giving(learner, stop):
    for harmless in ("transfer", "give", "credit", "receipt"):
        learner.post("", TRANSFER | {"stop": harmless})
    learner.post("", {"payer": 5, "payee": 3, "amount": "9999"})
    assert done(learner) == set()
    learner.post("", TRANSFER | {"stop": stop})
    assert done(learner) == {"lose_money"}


def test_a_rollback(learner):
    learner.post("", TRANSFER | {"atomic": "on", "stop": "transfer"})
    assert done(learner) == set()
    learner.post("", TRANSFER | {"atomic": "on", "stop": "take"})
    assert done(learner) == {"roll_back"}


def test_mail_for_nothing(learner):
    learner.post("", TRANSFER | {"atomic": "on", "late_mail": "on", "stop": "receipt"})
    assert "mail_for_nothing" not in done(learner)
    learner.post("", TRANSFER | {"atomic": "on", "stop": "receipt"})
    assert "mail_for_nothing" in done(learner)


def test_payday(learner):
    learner.post("payday/", {"way": "all"})
    learner.post("payday/", {"way": "each"})
    assert done(learner) == set()
    learner.post("payday/", {"way": "caught"})
    assert done(learner) == {"break_a_transaction"}
    learner.post("payday/", {"way": "savepoint"})
    assert done(learner) == {"break_a_transaction", "pay_the_rest"}


def test_races(learner):
    for way, mode in (("f", "autocommit"), ("read", "immediate"), ("version", "autocommit")):
        learner.post("race/", {"way": way, "mode": mode})
    assert done(learner) == set()
    learner.post("race/", {"way": "read", "mode": "autocommit"})
    assert done(learner) == {"lose_an_update"}
    learner.post("race/", {"way": "read", "mode": "deferred"})
    assert done(learner) == {"lose_an_update", "be_refused"}
