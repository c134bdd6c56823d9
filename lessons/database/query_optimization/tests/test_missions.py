"""Each mission is noticed by the demos site when it is done, and not before."""

import pytest

STAGE = "/stage/database/query_optimization/"


@pytest.fixture
def learner(visit):
    return visit("query_optimization")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def ask(browser, question: str, alias: str) -> None:
    assert browser.post("", {"question": question, "alias": alias}).status_code == 302


def test_looking_around_completes_nothing(learner):
    for path in ("", "lists/", "columns/", "how-many/", "pages/", "pages/depths/", "pages/?by=key&before=26"):
        assert learner.get(path).status_code == 200
    assert done(learner) == set()


@pytest.mark.parametrize("alias", ["parcels_composite", "parcels_all"])
def test_the_board(learner, alias):
    ask(learner, "board", alias)
    ask(learner, "board", "parcels")
    ask(learner, "board", "parcels_single")
    ask(learner, "lost", alias)
    assert done(learner) == set()
    ask(learner, "board", alias)
    assert done(learner) == {"board_without_sorting"}


def test_the_board_in_all_files_at_once_counts_when_asked_twice(learner):
    ask(learner, "board", "every")
    ask(learner, "board", "every")
    assert done(learner) == {"board_without_sorting"}


def test_an_index_in_vain(learner):
    ask(learner, "day_by_function", "parcels")
    ask(learner, "day_by_range", "parcels_single")
    assert done(learner) == set()
    ask(learner, "day_by_function", "parcels_single")
    assert done(learner) == set()
    ask(learner, "day_by_range", "parcels_composite")
    assert done(learner) == set()
    ask(learner, "day_by_range", "parcels_single")
    assert done(learner) == {"an_index_in_vain"}


@pytest.mark.parametrize(
    ("plain", "better"),
    [
        ("parcels_plain", "parcels_joined"),
        ("parcels_plain", "parcels_prefetched"),
        ("customers_plain", "customers_to_attr"),
        ("customers_filtered", "customers_prefetched"),
    ],
)
def test_n_plus_one(learner, plain, better):
    other = "customers_prefetched" if plain.startswith("parcels") else "parcels_joined"
    for way in (better, plain, other):
        learner.get("lists/", {"way": way, "alias": "parcels"})
        assert done(learner) == set()
    learner.get("lists/", {"way": better, "alias": "parcels_single"})
    assert done(learner) == {"n_plus_one"}


def test_left_out(learner):
    learner.get("columns/")
    assert done(learner) == set()
    learner.get("columns/left-out/")
    assert done(learner) == {"left_out"}


def test_the_last_page(learner):
    learner.get("pages/", {"page": 2})
    learner.get("pages/", {"by": "key", "before": 26})
    assert done(learner) == set()
    learner.get("pages/", {"page": 99_999})
    assert done(learner) == set()
    learner.get("pages/", {"by": "key"})
    assert done(learner) == set()
    learner.get("pages/", {"by": "key", "before": 26})
    assert done(learner) == {"the_last_page"}
