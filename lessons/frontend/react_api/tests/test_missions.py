"""Each mission is noticed when it is done, and not before."""

import pytest

from .test_api import patch, set_mood, sign_in, token_of

STAGE = "/stage/frontend/react_api/"


@pytest.fixture
def mika(visit):
    return sign_in(visit("react_api", enforce_csrf_checks=True), "mika")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def test_looking_around_completes_nothing(mika):
    for path in ("", "islands/", "compare/", "api/cards/", "api/cards/1/", "api/cards/?column=ready"):
        assert mika.get(path).status_code == 200
    assert done(mika) == set()


def test_move(mika):
    patch(mika, 1, {"column": "stand"})
    assert done(mika) == {"move_a_card"}


def test_without_the_token(mika, visit):
    nobody = visit("react_api")
    patch(nobody, 1, {"column": "stand"}, token=False)
    assert done(nobody) == set()
    patch(mika, 1, {"column": "stand"}, token=False)
    assert done(mika) == {"without_the_token"}


@pytest.mark.parametrize(("mood", "mission"), [("refuses", "rolled_back"), ("loses", "lost_answer")])
def test_the_truth_is_asked_for(mika, mood, mission):
    mika.get("api/cards/1/")
    set_mood(mika, mood)
    patch(mika, 1, {"column": "stand"})
    assert done(mika) == set()
    mika.get("api/cards/2/")
    assert done(mika) == set()
    mika.get("api/cards/1/")
    assert done(mika) == {mission}


def test_too_late_is_somebody_elses_move(mika):
    patch(mika, 1, {"column": "stand"})
    patch(mika, 1, {"column": "waiting"})
    assert done(mika) == {"move_a_card"}
    noor = sign_in(mika.beside(2), "noor")
    patch(noor, 2, {"column": "stand"})
    patch(noor, 2, {"column": "waiting"}, version=1)
    assert "too_late" not in done(mika)
    patch(noor, 1, {"column": "waiting"}, version=1)
    assert "too_late" in done(mika)


def test_two_cursors(mika):
    address = mika.get("api/cards/?column=ready").json()["next"]
    for _ in range(2):
        page = mika.get(address.removeprefix("http://testserver")).json()
    assert done(mika) == set()
    mika.get(page["next"].removeprefix("http://testserver"))
    assert done(mika) == {"third_page"}


def test_both_are_measured(mika):
    sent = {"X-CSRFToken": token_of(mika)}
    values = {"requests": 6, "kilobytes": "201.5", "cards_ms": 120}
    for _ in range(2):
        mika.post("measured/", values | {"page": "app"}, headers=sent)
    assert done(mika) == set()
    mika.post("measured/", values | {"page": "islands"}, headers=sent)
    assert done(mika) == {"measure_both"}
