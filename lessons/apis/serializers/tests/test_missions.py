"""Each mission is noticed by the demos site when it is done, and not before."""

import copy
import json

import pytest

from lessons.apis.serializers.demo.samples import GOOD

STAGE = "/stage/apis/serializers/"


@pytest.fixture
def learner(visit):
    return visit("serializers")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def send(browser, path: str, body, method: str = "POST"):
    text = body if isinstance(body, str) else json.dumps(body)
    return browser.generic(method, f"bench/{path}", text, content_type="application/json")


def good(**changed) -> dict:
    return copy.deepcopy(GOOD) | changed


def test_looking_around_completes_nothing(learner):
    for path in ("", "printed/", "printed/?kind=RecipeSerializer", "shapes/", "bench/recipe/1/"):
        assert learner.get(path).status_code == 200
    assert send(learner, "recipe/", good()).status_code == 200
    assert send(learner, "recipe/", "{").status_code == 400
    assert done(learner) == set()


def test_one_error_in_the_depth_and_no_other(learner):
    body = good()
    body["ingredients"][1]["amount"] = "a lot"
    send(learner, "recipe/", body | {"servings": 0})
    send(learner, "recipe/", good(servings=0))
    send(learner, "recipe/", good(ingredients=[]))
    assert done(learner) == set()
    send(learner, "recipe/", body)
    assert done(learner) == {"find_the_depth"}


def test_a_recipe_has_to_be_kept_with_two_ingredients(learner):
    send(learner, "recipe/?keep=1", good(ingredients=GOOD["ingredients"][:1]))
    send(learner, "recipe/", good(title="Leek Soup"))
    assert done(learner) == set()
    assert send(learner, "recipe/?keep=1", good(title="Leek Soup")).status_code == 201
    assert done(learner) == {"save_a_whole_recipe"}


def test_ignored_first_and_told_then(learner):
    body = good(author="somebody")
    send(learner, "strict/", body)
    assert done(learner) == set()
    assert send(learner, "recipe/", body).status_code == 200
    send(learner, "strict/", good(colour="green"))
    assert done(learner) == set()
    send(learner, "strict/", body)
    assert done(learner) == {"be_ignored"}


def test_a_change_of_one_field(learner):
    send(learner, "recipe/1/", {"servings": 5}, "PATCH")
    send(learner, "recipe/1/?keep=1", {"servings": 5, "minutes": 80}, "PATCH")
    send(learner, "recipe/1/?keep=1", good(title="Onion Soup"), "PUT")
    assert done(learner) == set()
    send(learner, "recipe/1/?keep=1", {"servings": 7}, "PATCH")
    assert done(learner) == {"change_one_field"}


def test_nobody_saves_it(learner):
    assert send(learner, "unwritten/", {}).status_code == 400
    assert done(learner) == set()
    body = {key: value for key, value in GOOD.items() if key != "tags"}
    assert send(learner, "unwritten/", body).status_code == 500
    assert done(learner) == {"nobody_saves_it"}


def test_half_a_recipe(learner):
    twice = good(ingredients=[{"name": "leek", "amount": 1}, {"name": "leek", "amount": 2}])
    send(learner, "half/", twice)
    send(learner, "unwritten/?keep=1", twice)
    send(learner, "half/?keep=1", good(title="Leek Soup"))
    assert done(learner) == {"nobody_saves_it"}
    assert send(learner, "half/?keep=1", twice).status_code == 500
    assert done(learner) == {"nobody_saves_it", "leave_half_a_recipe"}
