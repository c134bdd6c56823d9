from django.db import transaction
from rest_framework import serializers

from .fields import KitchenAmount
from .models import Ingredient, Recipe, Tag


class FlatRecipe(serializers.ModelSerializer):
    """Everything that ModelSerializer makes of the model by itself."""

    class Meta:
        model = Recipe
        fields = "__all__"


class IngredientSerializer(serializers.ModelSerializer):
    amount = KitchenAmount(max_digits=6, decimal_places=2, min_value=0)

    class Meta:
        model = Ingredient
        fields = ["name", "amount", "unit"]

    def validate(self, attrs):
        # A PATCH of a recipe makes these fields optional too, yet the rows are always new.
        missing = [name for name, field in self.fields.items() if field.required and name not in attrs]
        if missing:
            raise serializers.ValidationError(dict.fromkeys(missing, "This field is required."))
        return attrs


class RecipeSerializer(serializers.ModelSerializer):
    """A recipe with its ingredients, in and out."""

    author = serializers.CharField(source="author.username", read_only=True)
    tags = serializers.SlugRelatedField(
        slug_field="slug", many=True, required=False, queryset=Tag.objects.order_by("slug")
    )
    ingredients = IngredientSerializer(many=True, allow_empty=False)

    class Meta:
        model = Recipe
        fields = ["id", "title", "author", "servings", "minutes", "resting", "secret", "tags", "ingredients"]
        extra_kwargs = {"secret": {"write_only": True}}

    def validate_title(self, title):
        if title.isupper():
            raise serializers.ValidationError("There is no need to shout.")
        return title

    def validate_ingredients(self, ingredients):
        names = [ingredient["name"] for ingredient in ingredients]
        again = [place for place, name in enumerate(names) if name in names[:place]]
        if again:
            raise serializers.ValidationError({place: {"name": ["Once is enough."]} for place in again})
        return ingredients

    # region: validate
    def validate(self, attrs):
        # In a PATCH one of the two may be missing: the row has it.
        minutes = attrs.get("minutes", getattr(self.instance, "minutes", 0))
        resting = attrs.get("resting", getattr(self.instance, "resting", 0))
        if resting > minutes:
            raise serializers.ValidationError({"resting": "Longer than the whole recipe takes."})
        return attrs

    # endregion: validate

    # region: writes
    @transaction.atomic
    def create(self, validated_data):
        ingredients = validated_data.pop("ingredients")
        recipe = super().create(validated_data)
        self._write(recipe, ingredients)
        return recipe

    @transaction.atomic
    def update(self, recipe, validated_data):
        ingredients = validated_data.pop("ingredients", None)
        recipe = super().update(recipe, validated_data)
        if ingredients is not None:
            recipe.ingredients.all().delete()
            self._write(recipe, ingredients)
        return recipe

    def _write(self, recipe, ingredients):
        rows = [Ingredient(recipe=recipe, **ingredient) for ingredient in ingredients]
        Ingredient.objects.bulk_create(rows)

    # endregion: writes


class StrictRecipe(RecipeSerializer):
    """The same, and it says so when it is sent what it does not take."""

    def to_internal_value(self, data):
        taken = {field.field_name for field in self._writable_fields}
        unknown = sorted(set(data) - taken) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(unknown, "Not taken here."))
        return super().to_internal_value(data)
