"""Number and price of 2,000 parcels, by ways that fetch more than that, or less."""

from django.db.models import QuerySet

COLUMNS_OF = 2_000
NOTES_OF = 100


def whole(parcels: QuerySet) -> int:
    """Instances with all ten columns."""
    return sum(parcel.price for parcel in parcels)


def only(parcels: QuerySet) -> int:
    """Instances with the columns that are named, and the key."""
    return sum(parcel.price for parcel in parcels.only("number", "price"))


def defer(parcels: QuerySet) -> int:
    """Instances with all columns but one."""
    return sum(parcel.price for parcel in parcels.defer("note"))


def values(parcels: QuerySet) -> int:
    """Dictionaries: no instances, no methods."""
    return sum(row["price"] for row in parcels.values("number", "price"))


def values_list(parcels: QuerySet) -> int:
    """Tuples, named or not."""
    return sum(price for _, price in parcels.values_list("number", "price"))


def iterator(parcels: QuerySet) -> int:
    """Instances, one after the other: the QuerySet keeps none."""
    return sum(parcel.price for parcel in parcels.iterator(chunk_size=500))


def only_and_more(parcels: QuerySet) -> int:
    """The trap: a column is read that only() has left out."""
    chosen = parcels.only("number", "price")[:NOTES_OF]
    return sum(len(parcel.note) for parcel in chosen)


WAYS = [whole, only, defer, values, values_list, iterator]
