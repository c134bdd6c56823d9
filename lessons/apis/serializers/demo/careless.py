"""Two serializers that work, until they are sent the wrong thing."""

from rest_framework import serializers

from .models import Ingredient, Recipe
from .serializers import IngredientSerializer


class UnwrittenRecipe(serializers.ModelSerializer):
    """Nested, and nobody has written how it is to be saved."""

    ingredients = IngredientSerializer(many=True)

    class Meta:
        model = Recipe
        fields = ["id", "title", "servings", "minutes", "resting", "ingredients"]


class HalfRecipe(UnwrittenRecipe):
    """Saved in two steps, with nothing around them, and the second can fail."""

    def create(self, validated_data):
        ingredients = validated_data.pop("ingredients")
        recipe = Recipe.objects.create(**validated_data)
        for ingredient in ingredients:
            Ingredient.objects.create(recipe=recipe, **ingredient)
        return recipe
