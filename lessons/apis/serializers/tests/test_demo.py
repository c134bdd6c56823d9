"""The bench and the pages beside it."""

import copy
import json
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from rest_framework.exceptions import ValidationError

from lessons.apis.serializers.demo.bench import leaves
from lessons.apis.serializers.demo.fields import KitchenAmount
from lessons.apis.serializers.demo.models import Ingredient, Recipe
from lessons.apis.serializers.demo.samples import GOOD, SAMPLES


@pytest.fixture
def kitchen(visit):
    return visit("serializers")


def send(kitchen, path: str, body, method: str = "POST"):
    return kitchen.generic(method, f"bench/{path}", json.dumps(body), content_type="application/json")


def good(**changed) -> dict:
    return copy.deepcopy(GOOD) | changed


def everything() -> list:
    return [
        list(model.objects.order_by("pk").values()) for model in (Recipe, Ingredient, Recipe.tags.through)
    ]


@pytest.mark.parametrize("kind", ["recipe", "strict", "flat", "unwritten", "half"])
@pytest.mark.parametrize("body", [good(), {}, [], "text", {"ingredients": [{}]}, {"tags": [1], "author": 1}])
def test_nothing_stays_unless_it_is_kept(kitchen, kind, body):
    with kitchen.world():
        before = everything()
    assert send(kitchen, f"{kind}/", body).status_code in (200, 400, 500)
    for method in ("PUT", "PATCH"):
        assert send(kitchen, f"{kind}/1/", body, method).status_code in (200, 400, 500)
    assert kitchen.traces[-1]["exception"] is None
    with kitchen.world():
        assert everything() == before


def test_rows_are_compared_cell_by_cell(kitchen):
    told = send(kitchen, "recipe/1/", {"servings": 5, "tags": ["quick"]}, "PATCH").json()
    recipe, ingredients, tags = told["rows"]
    assert [(row["state"], row["changed"]) for row in recipe["rows"]] == [("changed", ["servings"])]
    assert {row["state"] for row in ingredients["rows"]} == {"same"}
    assert sorted(row["state"] for row in tags["rows"]) == ["gone", "gone", "new"]


def test_ingredients_are_replaced_when_they_are_sent(kitchen):
    told = send(kitchen, "recipe/1/", {"ingredients": [{"name": "onion", "amount": "1/2"}]}, "PATCH").json()
    states = [row["state"] for row in told["rows"][1]["rows"]]
    assert states == ["gone"] * 4 + ["new"]
    assert told["representation"]["ingredients"] == [{"name": "onion", "amount": "1/2", "unit": "pc"}]


def test_the_error_says_where(kitchen):
    body = good(ingredients=[GOOD["ingredients"][0], {"name": "flour", "amount": "a lot", "unit": "cup"}])
    answer = send(kitchen, "recipe/", body)
    assert answer.status_code == 400
    assert answer.headers["Errors-At"] == "ingredients.1.amount; ingredients.1.unit"
    assert answer.json()["at"][0] == {
        "path": ["ingredients", 1, "amount"],
        "message": "A valid number is required.",
    }


def test_broken_json_is_told_by_line(kitchen):
    answer = kitchen.generic("POST", "bench/recipe/", '{\n"title": }', content_type="application/json")
    assert answer.status_code == 400
    assert "line 2" in answer.json()["detail"]


def test_steps_come_in_the_order_of_the_calls(kitchen):
    steps = [step["what"] for step in send(kitchen, "recipe/", good()).json()["steps"]]
    order = ["to_internal_value", "title.to_internal_value", "title.run_validators", "validate_title"]
    order += ["ingredients[].to_internal_value", "ingredients[].validate", "validate_ingredients", "validate"]
    places = [steps.index(step) for step in order]
    assert places == sorted(places)
    assert steps[-1] == "validate"


def test_the_last_word_is_not_asked_when_a_field_is_wrong(kitchen):
    steps = [step["what"] for step in send(kitchen, "recipe/", good(servings=0)).json()["steps"]]
    assert "validate" not in steps


def test_half_a_recipe_stays_and_a_whole_one_does_not(kitchen):
    twice = [{"name": "leek", "amount": 1}, {"name": "leek", "amount": 2}]
    answer = send(kitchen, "half/?keep=1", good(ingredients=twice))
    assert answer.status_code == 500
    assert answer.json()["raised"].startswith("IntegrityError: UNIQUE constraint failed")
    with kitchen.world():
        assert Recipe.objects.get(title="Leek Pie").ingredients.count() == 1
    answer = send(kitchen, "recipe/?keep=1", good(title="Other", ingredients=twice))
    assert answer.headers["Errors-At"] == "ingredients.1.name"


def test_a_patch_reaches_down(kitchen):
    answer = send(kitchen, "recipe/1/", {"ingredients": [{"name": "onion"}]}, "PATCH")
    assert answer.headers["Errors-At"] == "ingredients.0.amount"


def test_a_patch_knows_the_row(kitchen):
    assert send(kitchen, "recipe/1/", {"resting": 75}, "PATCH").status_code == 200
    answer = send(kitchen, "recipe/1/", {"resting": 76}, "PATCH")
    assert answer.headers["Errors-At"] == "resting"


def test_a_secret_goes_in_and_not_out(kitchen):
    answer = send(kitchen, "recipe/?keep=1", good(secret="Nutmeg"))
    assert "secret" not in answer.json()["representation"]
    assert "secret" not in kitchen.get("bench/recipe/1/").json()
    with kitchen.world():
        assert Recipe.objects.get(title="Leek Pie").secret == "Nutmeg"


def test_the_flat_one_lets_anybody_be_the_author(kitchen):
    body = {"title": "Mine now", "author": 2, "servings": 1, "minutes": 1}
    assert send(kitchen, "flat/?keep=1", body).status_code == 201
    with kitchen.world():
        assert Recipe.objects.get(title="Mine now").author_id == 2


@pytest.mark.parametrize("path", ["recipes/", "recipe/99/"])
def test_what_is_not_there(kitchen, path):
    assert send(kitchen, path, good(), "PATCH" if path.count("/") > 1 else "POST").status_code == 404
    assert kitchen.get("printed/?kind=Nobody").status_code == 404


@pytest.mark.parametrize("kept", [False, True])
def test_samples_do_what_they_say(kitchen, kept):
    """Also after the good one was kept, as a mission asks: no other has its title."""
    if kept:
        assert send(kitchen, "recipe/?keep=1", GOOD).status_code == 201
    statuses = {}
    for sample in SAMPLES:
        chosen = json.loads(sample["json"])
        statuses[sample["title"]] = send(
            kitchen, f"{chosen['kind']}/", json.loads(chosen["text"])
        ).status_code
    assert list(statuses.values()) == [400 if kept else 200, 400, 200, 200, 400, 400, 400, 500, 500, 400, 200]


@pytest.mark.parametrize(
    ("given", "value", "shown"),
    [
        ("1 1/2", "1.50", "1 1/2"),
        ("3/4", "0.75", "3/4"),
        (2, "2.00", "2"),
        ("0.2", "0.20", "0.20"),
        ("1/3", "0.33", "0.33"),
    ],
)
def test_amounts_as_a_cook_writes_them(given, value, shown):
    field = KitchenAmount(max_digits=6, decimal_places=2)
    assert field.run_validation(given) == Decimal(value)
    assert field.to_representation(Decimal(value)) == shown


@pytest.mark.parametrize("given", ["1/0", "a lot", "1 1/", "", None, [], "99999/2"])
def test_amounts_that_are_none(given):
    with pytest.raises(ValidationError):
        KitchenAmount(max_digits=6, decimal_places=2).run_validation(given)


def test_leaves_of_errors():
    errors = {"a": ["x", "y"], "b": [{}, {"c": ["z"]}], "d": {1: {"e": ["w"]}}}
    assert [(leaf["path"], leaf["message"]) for leaf in leaves(errors)] == [
        (["a"], "x"),
        (["a"], "y"),
        (["b", 1, "c"], "z"),
        (["d", 1, "e"], "w"),
    ]


def test_what_a_serializer_prints(kitchen):
    page = BeautifulSoup(kitchen.get("printed/?kind=FlatRecipe").content, "html.parser")
    source, printed = (block.text for block in page.select(".code"))
    assert 'fields = "__all__"' in source
    assert "UniqueValidator" in printed
    assert "created_at = DateTimeField(read_only=True)" in printed


def test_what_shapes_cost(kitchen):
    page = BeautifulSoup(kitchen.get("shapes/").content, "html.parser")
    costs = {
        card.h2.text: [int(found.text) for found in card.select(".cost b")] for card in page.select(".card")
    }
    assert costs["Nested"] == [13, 3]
    assert costs["ByKey"] == [9, 3]
