"""Each mission is noticed by the demos site when it is done, and not before."""

import pytest

from lessons.apis.jwt_auth.demo.seed import PASSWORD

from .client import get, obtain, post, rewritten, turn

STAGE = "/stage/apis/jwt_auth/"


@pytest.fixture
def learner(visit):
    return visit("jwt_auth")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def test_looking_around_completes_nothing(learner):
    for path in ("", "forge/", "keep/", "office/"):
        assert learner.get(path).status_code == 200
    pair = obtain(learner)
    get(learner, "lockers/", pair["access"])
    get(learner, "lockers/", pair["refresh"])
    post(learner, "lockers/2/open/")
    assert done(learner) == set()


def test_a_locker_is_opened_by_a_jwt(learner):
    drf = post(learner, "drf-token/", username="ada", password=PASSWORD).json()["token"]
    post(learner, "lockers/2/open/", drf, "Token")
    post(learner, "lockers/3/open/", obtain(learner)["access"])
    assert done(learner) == set()
    post(learner, "lockers/2/open/", obtain(learner)["access"])
    assert done(learner) == {"open_a_locker"}


def test_a_refresh_counts_after_an_expired_token(learner):
    pair = obtain(learner)
    fresh = post(learner, "token/refresh/", refresh=pair["refresh"]).json()
    get(learner, "lockers/", fresh["access"])
    turn(learner, "+6")
    assert get(learner, "lockers/", fresh["access"]).status_code == 401
    assert done(learner) == set()
    fresh = post(learner, "token/refresh/", refresh=fresh["refresh"]).json()
    get(learner, "lockers/", fresh["access"])
    assert done(learner) == {"expire_and_refresh"}


def test_the_lie_is_adas(learner):
    bo = obtain(learner, "bo")["access"]
    get(learner, "round/", bo[:-4] + "AAAA")
    assert done(learner) == set()
    get(learner, "round/", rewritten(obtain(learner)["access"], courier=True))
    assert done(learner) == {"lie_in_the_payload"}


def test_the_old_door_after_the_api(learner):
    forged = rewritten(obtain(learner)["access"], {"alg": "none"}, courier=True)
    post(learner, "old-door/", forged)
    assert done(learner) == set()
    get(learner, "round/", forged)
    post(learner, "old-door/", forged)
    assert done(learner) == {"lie_in_the_payload", "fool_the_old_door"}


def test_a_refresh_token_twice(learner):
    pair = obtain(learner)
    post(learner, "token/refresh/", refresh="nonsense")
    post(learner, "token/refresh/", refresh=pair["refresh"])
    assert done(learner) == set()
    post(learner, "token/refresh/", refresh=pair["refresh"])
    assert done(learner) == {"replay_a_refresh_token"}


def test_logged_out_with_the_token_from_before(learner):
    pair = obtain(learner)
    post(learner, "token/logout/", refresh=pair["refresh"])
    get(learner, "lockers/", obtain(learner)["access"])
    get(learner, "lockers/", pair["access"])
    assert done(learner) == set()
    pair = obtain(learner)
    post(learner, "token/logout/", refresh=pair["refresh"])
    get(learner, "lockers/", pair["access"])
    assert done(learner) == {"logged_out_and_still_in"}


def test_a_drf_token_that_was_good(learner):
    get(learner, "lockers/", "0" * 40, "Token")
    drf = post(learner, "drf-token/", username="ada", password=PASSWORD).json()["token"]
    get(learner, "lockers/", drf, "Token")
    learner.delete("api/drf-token/", headers={"Authorization": f"Token {drf}"})
    assert done(learner) == set()
    get(learner, "lockers/", drf, "Token")
    assert done(learner) == {"take_it_back"}
