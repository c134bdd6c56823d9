"""Each mission is noticed by the demos site when it is done, and not before."""

import pytest

STAGE = "/stage/database/aggregation/"
BUILDER = "builder/?shape=group&group=category&measures=revenue&place=before&sort=measure&limit=12"


@pytest.fixture
def learner(visit):
    return visit("aggregation")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def order(status: str) -> dict:
    return {"shop": 1, "product": 1, "quantity": 3, "placed_on": "2025-12-30", "status": status}


def test_looking_around_completes_nothing(learner):
    for path in ("", "builder/", "join/", "where/", "nothing/", "per-row/", "per-row/?how=annotation"):
        learner.get(path)
        if path == "per-row/":
            assert done(learner) == set()
    assert done(learner) == {"one_query_a_row"}


def test_a_paid_order_moves_the_numbers_and_a_cancelled_one_does_not(learner):
    learner.get("")
    learner.post("orders/add/", order("cancelled"))
    learner.get("?year=2025")
    assert "move_the_numbers" not in done(learner)

    learner.post("orders/add/", order("paid"))
    learner.get("?year=2025")
    assert "move_the_numbers" in done(learner)


def test_an_order_that_was_refused_moves_nothing(learner):
    learner.post("orders/add/", order("paid") | {"quantity": 0})
    learner.get("")
    assert "move_the_numbers" not in done(learner)


@pytest.mark.parametrize("extra", ["", "&status=paid", "&having=5000"])
def test_where_or_having_alone_are_not_both(learner, extra):
    learner.get(BUILDER + extra)
    assert "keep_some_groups" not in done(learner)


def test_where_and_having_in_one_query(learner):
    learner.get(BUILDER + "&status=paid&having=5000")
    assert "keep_some_groups" in done(learner)


def test_a_review_multiplies_the_units_of_its_own_product(learner):
    learner.get("join/?product=1")
    learner.post("reviews/add/", {"product": 2, "stars": 5})
    learner.get("join/?product=1")
    assert "sell_by_reviewing" not in done(learner)

    learner.post("reviews/add/", {"product": 1, "stars": 5})
    learner.get("join/?product=1")
    assert "sell_by_reviewing" in done(learner)


def test_a_refused_review_sells_nothing(learner):
    learner.post("reviews/add/", {"product": 1, "stars": 9})
    learner.get("join/?product=1")
    assert "sell_by_reviewing" not in done(learner)


@pytest.mark.parametrize("query", ["year=2026", "category=6"])
def test_a_sum_of_nothing(learner, query):
    learner.get("nothing/?year=2025")
    assert "sum_of_nothing" not in done(learner)

    learner.get(f"nothing/?{query}")
    assert "sum_of_nothing" in done(learner)


def test_one_query_a_row_needs_both_pages_in_that_order(learner):
    learner.get("per-row/?how=annotation")
    learner.get("per-row/?how=property")
    assert "one_query_a_row" not in done(learner)

    learner.get("per-row/?how=annotation")
    assert "one_query_a_row" in done(learner)
