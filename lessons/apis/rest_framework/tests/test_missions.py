"""Each mission is noticed by the demos site when it is done, and not before."""

import json

import pytest

STAGE = "/stage/apis/rest_framework/"
NEW = {"species": "teal", "place": "Sluice", "count": 3, "seen_at": "2025-11-09T08:00:00Z"}


@pytest.fixture
def learner(visit):
    return visit("rest_framework")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def send(browser, method: str, path: str, data: dict):
    return browser.generic(method, f"api/{path}", json.dumps(data), content_type="application/json")


def test_looking_around_completes_nothing(learner):
    for path in ("", "paging/", "matrix/", "throttle/", "described/", "api/", "api/sightings/", "api/feed/"):
        assert learner.get(path).status_code == 200
    learner.get("api/sightings/?page=2")
    assert done(learner) == set()


def test_a_filter_and_an_order(learner):
    learner.get("api/sightings/?at_least=50")
    learner.get("api/sightings/?ordering=-count")
    learner.get("api/sightings/?at_least=fifty&ordering=-count")
    assert done(learner) == set()
    learner.get("api/sightings/?at_least=50&ordering=-count")
    assert done(learner) == {"narrow_it"}


def test_a_page_shifts_when_something_came_between(learner):
    learner.post("paging/arrival/")
    learner.get("api/sightings/")
    learner.get("api/sightings/?page=2")
    assert done(learner) == set()
    learner.post("paging/arrival/")
    learner.get("api/sightings/?page=2")
    assert done(learner) == set()
    turn_a_cursor(learner, lambda: None)
    assert done(learner) == set()
    turn_a_cursor(learner, lambda: learner.post("paging/arrival/"))
    assert done(learner) == {"shift_a_page"}


def test_one_arrival_serves_both_readers(learner):
    turn_a_cursor(learner, lambda: (learner.get("api/sightings/"), learner.post("paging/arrival/")))
    assert done(learner) == set()
    learner.get("api/sightings/?page=2")
    assert done(learner) == {"shift_a_page"}


def test_who_starts_again_sees_no_shift(learner):
    turn_a_cursor(learner, lambda: learner.post("paging/arrival/"))
    learner.get("api/sightings/")
    learner.post("paging/arrival/")
    learner.get("api/sightings/")
    learner.get("api/sightings/?page=2")
    assert done(learner) == set()


def turn_a_cursor(learner, between) -> None:
    following = learner.get("api/feed/").json()["next"]
    between()
    assert learner.get("api/feed/?" + following.partition("?")[2]).status_code == 200


def test_ones_own_record_shifts_it_as_well(learner):
    learner.post("login/", {"who": "bo"})
    learner.get("api/sightings/")
    assert send(learner, "POST", "sightings/", NEW).status_code == 201
    learner.get("api/sightings/?page=2")
    turn_a_cursor(learner, lambda: send(learner, "POST", "sightings/", NEW))
    assert done(learner) == {"shift_a_page"}


def test_only_a_known_person_is_refused_a_row(learner):
    assert send(learner, "PATCH", "sightings/1/", {"count": 2}).status_code == 403
    assert done(learner) == set()
    learner.post("login/", {"who": "ada"})
    assert send(learner, "PATCH", "sightings/1/", {"count": 2}).status_code == 200
    assert done(learner) == set()
    learner.post("login/", {"who": "bo"})
    assert send(learner, "PATCH", "sightings/1/", {"count": 3}).status_code == 403
    assert done(learner) == {"be_refused_a_row"}


def test_a_request_without_a_token_is_another_refusal(visit):
    learner = visit("rest_framework", enforce_csrf_checks=True)
    learner.get("")
    token = learner.cookies["csrftoken"].value
    learner.post("login/", {"who": "bo"}, headers={"X-CSRFToken": token})
    answer = send(learner, "PATCH", "sightings/1/", {"count": 2})
    assert (answer.status_code, answer.json()["detail"]) == (403, "CSRF Failed: CSRF token missing.")
    assert done(learner) == set()


@pytest.mark.parametrize("order", [("allow-any", "staff"), ("signed-in", "allow-any")])
def test_an_open_and_a_closed_set(learner, order):
    for permissions in ("observer-only", order[0]):
        learner.get("matrix/", {"permissions": permissions, "authentication": "session"})
        assert done(learner) == set()
    learner.get("matrix/", {"permissions": order[1], "authentication": "session"})
    assert done(learner) == {"open_the_door"}


def test_the_sixth_request_is_throttled(learner):
    assert [learner.get("api/totals/").status_code for _ in range(5)] == [200] * 5
    assert done(learner) == set()
    assert learner.get("api/totals/").status_code == 429
    assert done(learner) == {"be_throttled"}


def test_both_feeds(learner):
    learner.get("api/unjoined/")
    learner.get("api/unjoined/")
    assert done(learner) == set()
    learner.get("api/feed/")
    assert done(learner) == {"forget_the_join"}
