"""Questions that follow relations backwards and through. The page shows these functions' own source."""

from django.db.models import QuerySet

from .models import Album, Band, Membership, Musician, Track


def once_for_each_match() -> QuerySet:
    """A JOIN answers once for each match: two drummers, two rows of the same band."""
    return Band.objects.filter(memberships__instrument="drums").order_by("pk")


def once() -> QuerySet:
    """distinct() folds what the JOIN has multiplied."""
    return Band.objects.filter(memberships__instrument="drums").order_by("pk").distinct()


def one_filter() -> QuerySet:
    """One filter(): one membership has to be both. Who has a drummer today?"""
    return Band.objects.filter(
        memberships__instrument="drums",
        memberships__left=None,
    ).order_by("pk")


def two_filters() -> QuerySet:
    """Two filter()s: two joins. A drummer at some time, and somebody who is still there."""
    return (
        Band.objects.filter(memberships__instrument="drums")
        .filter(memberships__left=None)
        .order_by("pk")
        .distinct()
    )


def none_of_them() -> QuerySet:
    """exclude() across a to-many relation: no membership at all may match."""
    return Band.objects.exclude(memberships__instrument="drums").order_by("pk")


def without_a_profile() -> QuerySet:
    """Nothing on the other side of a OneToOneField: LEFT JOIN, and IS NULL."""
    return Musician.objects.filter(profile=None).order_by("pk")


def rows_in_the_middle() -> QuerySet:
    """The through rows, when it is their data that is wanted."""
    return Membership.objects.filter(band__name="The Slow Ferries").order_by("joined", "pk")


def three_steps() -> QuerySet:
    """From a track to the label, by three foreign keys and no loop."""
    return Track.objects.filter(album__band__label__name="Low Tide").order_by("pk")


def the_column_is_enough() -> QuerySet:
    """The key itself stands in the album's row: no JOIN."""
    return Album.objects.filter(band_id=1).order_by("pk")


ASKS = [
    once_for_each_match,
    once,
    one_filter,
    two_filters,
    none_of_them,
    without_a_profile,
    rows_in_the_middle,
    three_steps,
    the_column_is_enough,
]
