"""Each mission is noticed by the demos site when it is done, and not before."""

import pytest

STAGE = "/stage/database/relationships/"
MEMBER = {"band": 1, "musician": 8, "instrument": "trumpet", "joined": 2025, "way": "create"}


@pytest.fixture
def learner(visit):
    return visit("relationships")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def test_looking_around_completes_nothing(learner):
    for path in ("", "rows/musician/4/", "rows/tour/2/delete/", "members/", "ask/", "tables/"):
        assert learner.get(path).status_code == 200
    assert done(learner) == set()


def test_a_profile_counts_for_the_musician_that_was_read(learner):
    learner.get("rows/musician/4/")
    learner.post("musicians/6/profile/", {"stage_name": "Finn"})
    assert done(learner) == set()
    learner.post("musicians/4/profile/", {"stage_name": "Dov"})
    assert done(learner) == {"give_a_profile"}


def test_a_second_profile_is_no_profile(learner):
    learner.get("rows/musician/1/")
    assert learner.post("musicians/1/profile/", {"stage_name": "Again"}).status_code == 409
    assert done(learner) == set()


@pytest.mark.parametrize("way", ["create", "add"])
def test_joining_by_either_way(learner, way):
    learner.post("members/", MEMBER | {"way": way})
    assert done(learner) == {"join_a_band"}


def test_joining_twice_is_refused_by_create_and_swallowed_by_add(learner):
    learner.post("members/", MEMBER | {"musician": 1, "way": "add"})
    assert done(learner) == set()
    learner.post("members/", MEMBER | {"musician": 1})
    assert done(learner) == {"join_twice"}


def test_a_missing_column_is_not_a_second_membership(learner):
    assert learner.post("members/", MEMBER | {"way": "bare"}).status_code == 409
    assert done(learner) == set()


def test_the_band_counts_after_its_tour_was_refused(learner):
    learner.post("rows/band/2/delete/", {"how": "instance"})
    assert done(learner) == set()
    learner.post("rows/tour/2/delete/", {"how": "instance"})
    assert done(learner) == set()
    learner.post("rows/band/2/delete/", {"how": "instance"})
    assert done(learner) == {"tour_and_band"}


@pytest.mark.parametrize(("path", "how"), [("rows/label/1/", "sql"), ("rows/album/1/", "instance")])
def test_dangling(learner, path, how):
    learner.post("rows/band/1/delete/", {"how": "instance"})  # PROTECT refuses before the first DELETE
    assert done(learner) == set()
    learner.post(f"{path}delete/", {"how": how})
    assert done(learner) == {"leave_it_dangling"}
