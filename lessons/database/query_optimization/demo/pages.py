"""All parcels, newest first, 25 at a time: by the number of rows to skip, or by the last key seen."""

from collections.abc import Callable

from django.db.models import QuerySet

from .measure import watched
from .models import Parcel

SIZE = 25
DEPTHS = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]


def by_offset(parcels: QuerySet, skip: int) -> QuerySet:
    """Skipped rows are read as well, and thrown away."""
    return parcels.order_by("-pk")[skip : skip + SIZE]


def by_key(parcels: QuerySet, before: int) -> QuerySet:
    """The index leads to the first row of the page, however deep it is."""
    return parcels.filter(pk__lt=before).order_by("-pk")[:SIZE]


def depths(alias: str) -> list[dict]:
    """Measure both at eleven depths, from the first page to the last; the better of two runs each."""
    newest = Parcel.objects.using(alias).latest("pk").pk
    found = []
    for depth in DEPTHS:
        skip = int((newest - SIZE) * depth)
        offset, skipped = _better(by_offset, Parcel.objects.using(alias), skip)
        key, sought = _better(by_key, Parcel.objects.using(alias), newest - skip + 1)
        found.append({"skip": skip, "offset": offset, "key": key, "same": skipped == sought})
    return found


def _better(way: Callable, parcels: QuerySet, place: int) -> tuple[float, list[Parcel]]:
    runs = []
    for _ in range(2):
        with watched(parcels.db) as watch:
            found = list(way(parcels, place))
        runs.append(watch.ms)
    return min(runs), found
