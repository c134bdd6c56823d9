"""What the text says, tried on the demo's own rows and on the package."""

import json

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test.utils import isolate_apps
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.settings import DEFAULTS, api_settings
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from lessons.apis.serializers.demo.models import Ingredient, Recipe
from lessons.apis.serializers.demo.serializers import FlatRecipe, RecipeSerializer


@pytest.fixture(autouse=True)
def world(visit):
    with visit("serializers").world():
        yield


class PlainIngredient(serializers.ModelSerializer):
    class Meta:
        model = Ingredient
        fields = ["name", "amount", "unit"]


class PlainRecipe(serializers.ModelSerializer):
    ingredients = PlainIngredient(many=True)

    class Meta:
        model = Recipe
        fields = ["title", "servings", "ingredients"]


def test_what_a_model_serializer_writes():
    fields = FlatRecipe().fields
    assert len(fields) == 9
    printed = repr(FlatRecipe())
    assert "title = CharField(max_length=60, validators=[<UniqueValidator" in printed
    assert "servings = IntegerField(max_value=50, min_value=1)" in printed
    assert "max_value=9223372036854775807" in printed
    assert [name for name, field in fields.items() if field.read_only] == ["id", "created_at"]
    assert [name for name, field in fields.items() if not field.required and not field.read_only] == [
        *("resting", "secret", "tags"),
    ]


def test_a_constraint_over_two_fields_is_checked_if_both_are_there():
    class Both(PlainIngredient):
        class Meta(PlainIngredient.Meta):
            fields = ["recipe", "name", "amount"]

    assert "UniqueTogetherValidator" in repr(Both())
    assert "UniqueTogetherValidator" not in repr(PlainIngredient())


@isolate_apps("lessons.apis.serializers.demo")
def test_a_serializer_does_not_call_clean():
    class Odd(models.Model):
        servings = models.IntegerField()

        class Meta:
            app_label = "serializers"

        def clean(self):
            raise AssertionError("called")

    class OddSerializer(serializers.ModelSerializer):
        class Meta:
            model = Odd
            fields = ["servings"]

    assert OddSerializer(data={"servings": 3}).is_valid()


def test_a_bare_message_belongs_to_no_field():
    class Bare(serializers.Serializer):
        def validate(self, attrs):
            raise serializers.ValidationError("Too long.")

    serializer = Bare(data={})
    assert not serializer.is_valid()
    assert list(serializer.errors) == [api_settings.NON_FIELD_ERRORS_KEY] == ["non_field_errors"]


def test_errors_of_a_list_are_a_dict_by_position():
    assert DEFAULTS["LIST_SERIALIZER_ERRORS_AS_DICT"] is True
    serializer = PlainIngredient(data=[{"name": "leek", "amount": 1}, {"name": "salt"}], many=True)
    assert not serializer.is_valid()
    assert list(serializer.errors) == [1]


def test_partial_reaches_down():
    recipe = Recipe.objects.get(pk=1)
    assert PlainRecipe(recipe, data={"ingredients": [{"name": "leek"}]}, partial=True).is_valid()
    assert not PlainRecipe(recipe, data={"ingredients": [{"name": "leek"}]}).is_valid()
    assert not RecipeSerializer(recipe, data={"ingredients": [{"name": "leek"}]}, partial=True).is_valid()


def test_nobody_guesses_how_to_save_what_is_nested():
    serializer = PlainRecipe(
        data={"title": "Pie", "servings": 1, "ingredients": [{"name": "leek", "amount": 1}]}
    )
    assert serializer.is_valid()
    with pytest.raises(AssertionError, match="does not support writable nested"):
        serializer.save()


def test_a_body_has_a_limit_and_room_for_many():
    class Counts(APIView):
        authentication_classes = []

        def post(self, request):
            return Response(len(request.data))

    def send(count: int):
        body = json.dumps([{"name": f"ingredient {number}", "amount": 1} for number in range(count)])
        return Counts.as_view()(APIRequestFactory().post("/", body, content_type="application/json"))

    assert send(50_000).data == 50_000
    with pytest.raises(RequestDataTooBig):
        send(80_000)


def test_decimals_go_out_as_strings():
    assert DEFAULTS["COERCE_DECIMAL_TO_STRING"] is True
    assert PlainIngredient(Ingredient.objects.get(pk=3)).data["amount"] == "1.50"


def test_what_a_client_was_sent_it_may_send_back():
    for recipe in Recipe.objects.all():
        shown = json.loads(json.dumps(RecipeSerializer(recipe).data))
        serializer = RecipeSerializer(recipe, data=shown)
        assert serializer.is_valid(), serializer.errors
        serializer.save()
        again = RecipeSerializer(Recipe.objects.get(pk=recipe.pk)).data
        assert json.loads(json.dumps(again)) == shown


def test_save_is_merged_over_what_was_validated():
    body = {"title": "Pie", "servings": 1, "minutes": 5, "author": 1}
    serializer = FlatRecipe(data=body)
    assert serializer.is_valid()
    other = Recipe.objects.get(pk=3).author
    assert other.pk != 1
    assert serializer.save(author=other).author == other


def test_ranges_of_other_databases():
    assert BaseDatabaseOperations.integer_field_ranges["PositiveSmallIntegerField"] == (0, 32767)
