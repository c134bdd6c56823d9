"""Two lists of 25, each made in several ways. Each way returns the lines that the page shows."""

from django.db.models import Prefetch

from .models import Customer, Parcel


def parcels_plain(alias: str) -> list[str]:
    """One query for the list, then one for each name that is read."""
    parcels = Parcel.objects.using(alias).order_by("-pk")[:25]
    return [f"{parcel}: {parcel.customer}, {parcel.depot}" for parcel in parcels]


def parcels_joined(alias: str) -> list[str]:
    """select_related(): the rows of both foreign keys come along, by JOIN."""
    parcels = Parcel.objects.using(alias).select_related("customer", "depot").order_by("-pk")[:25]
    return [f"{parcel}: {parcel.customer}, {parcel.depot}" for parcel in parcels]


def parcels_prefetched(alias: str) -> list[str]:
    """prefetch_related(): one more query for each table, whatever the number of rows."""
    parcels = Parcel.objects.using(alias).prefetch_related("customer", "depot").order_by("-pk")[:25]
    return [f"{parcel}: {parcel.customer}, {parcel.depot}" for parcel in parcels]


def customers_plain(alias: str) -> list[str]:
    """The many side: one query for each customer's parcels."""
    customers = Customer.objects.using(alias).order_by("pk")[:25]
    return [f"{customer}: {len(customer.parcels.all())}" for customer in customers]


def customers_prefetched(alias: str) -> list[str]:
    """prefetch_related(): all parcels of all 25 at once, sorted out in Python."""
    customers = Customer.objects.using(alias).prefetch_related("parcels").order_by("pk")[:25]
    return [f"{customer}: {len(customer.parcels.all())}" for customer in customers]


def customers_filtered(alias: str) -> list[str]:
    """Prefetched, and not used: a filter() is another question, so it is asked again."""
    customers = Customer.objects.using(alias).prefetch_related("parcels").order_by("pk")[:25]
    lines = []
    for customer in customers:
        held = customer.parcels.filter(status="held")
        lines.append(f"{customer}: {len(held)}")
    return lines


def customers_to_attr(alias: str) -> list[str]:
    """Prefetch(): the filter stands where the parcels are fetched."""
    held = Prefetch("parcels", Parcel.objects.filter(status="held"), to_attr="held")
    customers = Customer.objects.using(alias).prefetch_related(held).order_by("pk")[:25]
    return [f"{customer}: {len(customer.held)}" for customer in customers]


LISTS = {
    way.__name__: way
    for way in (
        parcels_plain,
        parcels_joined,
        parcels_prefetched,
        customers_plain,
        customers_prefetched,
        customers_filtered,
        customers_to_attr,
    )
}
