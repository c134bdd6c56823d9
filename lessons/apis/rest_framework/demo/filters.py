import django_filters

from .models import Sighting, Species


class SightingFilter(django_filters.FilterSet):
    species = django_filters.ModelChoiceFilter(
        queryset=Species.objects.order_by("name"), to_field_name="slug", empty_label="any"
    )
    place = django_filters.CharFilter(lookup_expr="iexact")
    family = django_filters.CharFilter(field_name="species__family", lookup_expr="iexact")
    at_least = django_filters.NumberFilter(field_name="count", lookup_expr="gte", min_value=0)
    after = django_filters.DateFilter(field_name="seen_at", lookup_expr="date__gte")

    class Meta:
        model = Sighting
        fields = ["species", "place", "family", "at_least", "after"]
