"""Five ways to say a relation, and a sixth that is written by hand."""

from rest_framework import serializers

from .models import Recipe
from .serializers import IngredientSerializer


class ByKey(serializers.ModelSerializer):
    """Keys: what ModelSerializer does by itself."""

    class Meta:
        model = Recipe
        fields = ["title", "author", "tags", "ingredients"]


class ByName(ByKey):
    """str() of each row: to read only."""

    author = serializers.StringRelatedField()
    tags = serializers.StringRelatedField(many=True)
    ingredients = serializers.StringRelatedField(many=True)


class BySlug(ByKey):
    """A field of the other row that names it."""

    author = serializers.SlugRelatedField(slug_field="username", read_only=True)
    tags = serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True)
    ingredients = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)


class ByAddress(ByKey):
    """An address for each tag, to be followed."""

    tags = serializers.HyperlinkedRelatedField(
        view_name="serializers:tag", lookup_field="slug", many=True, read_only=True
    )


class Nested(ByKey):
    """The other rows themselves."""

    author = serializers.CharField(source="author.username")
    ingredients = IngredientSerializer(many=True)


class ByHand(Nested):
    """Whatever to_representation() returns."""

    # region: to_representation
    def to_representation(self, recipe):
        shown = super().to_representation(recipe)
        lines = [" ".join(line.values()) for line in shown.pop("ingredients")]
        return shown | {"shopping": ", ".join(lines)}

    # endregion: to_representation


SHAPES = [ByKey, ByName, BySlug, ByAddress, Nested, ByHand]
