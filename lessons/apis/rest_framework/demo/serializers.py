from rest_framework import serializers

from .models import Sighting, Species


class SpeciesSerializer(serializers.ModelSerializer):
    class Meta:
        model = Species
        fields = ["slug", "name", "latin", "family"]


class SightingSerializer(serializers.ModelSerializer):
    species = serializers.SlugRelatedField(slug_field="slug", queryset=Species.objects.order_by("name"))
    species_name = serializers.CharField(source="species.name", read_only=True)
    observer = serializers.CharField(source="observer.username", read_only=True)
    count = serializers.IntegerField(min_value=1, max_value=5000)

    class Meta:
        model = Sighting
        fields = ["id", "species", "species_name", "observer", "place", "count", "seen_at", "note"]
        fields += ["draft", "verified"]
        read_only_fields = ["verified"]


class TotalSerializer(serializers.Serializer):
    slug = serializers.SlugField()
    birds = serializers.IntegerField()
    records = serializers.IntegerField()
