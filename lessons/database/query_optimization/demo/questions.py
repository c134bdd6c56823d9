"""What is asked of the parcels. `parcels` is a QuerySet of one of the files; pages show these lines."""

from datetime import UTC, date, datetime

from django.db.models import QuerySet, Sum
from django.db.models.functions import Lower

from .shared import ALIASES

DAY = datetime(2025, 3, 4, tzinfo=UTC)
NEXT_DAY = datetime(2025, 3, 5, tzinfo=UTC)


def board(parcels: QuerySet) -> QuerySet:
    """A depot's board: what is held there, newest first."""
    return parcels.filter(depot=7, status="held").order_by("-posted_at")[:50]


def held_anywhere(parcels: QuerySet) -> QuerySet:
    """Held in any depot: the first column of the composite index is not asked for."""
    return parcels.filter(status="held").order_by("-posted_at")[:50]


def lost(parcels: QuerySet) -> QuerySet:
    """The latest lost parcels: one row in a thousand."""
    return parcels.filter(status="lost").order_by("-posted_at")[:20]


def delivered(parcels: QuerySet) -> QuerySet:
    """Takings of all delivered parcels: nine rows in ten."""
    return parcels.filter(status="delivered").values("status").annotate(total=Sum("price"))


def takings(parcels: QuerySet) -> QuerySet:
    """A depot's takings: two columns of many rows."""
    return parcels.filter(depot=7).values("depot").annotate(total=Sum("price"))


def day_by_function(parcels: QuerySet) -> QuerySet:
    """One day, by a function of the column."""
    return parcels.filter(posted_at__date=date(2025, 3, 4))


def day_by_range(parcels: QuerySet) -> QuerySet:
    """The same day, by a range of the column."""
    return parcels.filter(posted_at__gte=DAY, posted_at__lt=NEXT_DAY)


def name_in_any_case(parcels: QuerySet) -> QuerySet:
    """A receiver in whatever case, by iexact."""
    return parcels.filter(receiver__iexact="ada okafor")


def name_lowered(parcels: QuerySet) -> QuerySet:
    """The same receiver, by the expression that an index has."""
    return parcels.alias(lower=Lower("receiver")).filter(lower="ada okafor")


def name_inside(parcels: QuerySet) -> QuerySet:
    """A piece of a name: a wildcard in front."""
    return parcels.filter(receiver__contains="da Okafo")


QUESTIONS = {
    question.__name__: question
    for question in (
        board,
        held_anywhere,
        lost,
        delivered,
        takings,
        day_by_function,
        day_by_range,
        name_in_any_case,
        name_lowered,
        name_inside,
    )
}

# A Python function for each of 200,000 rows takes a second: two files of the seven are enough for that one.
COMPARED = {"day_by_function": ["parcels", "parcels_single"]}


def compared(question: str) -> list[str]:
    return COMPARED.get(question, ALIASES)
