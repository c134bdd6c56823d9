from decimal import Decimal

from django.db.models import Avg, Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from hire.models import Rental, Station


def station_rows():
    fees = Rental.objects.filter(station=OuterRef("pk")).values("station").annotate(total=Sum("fee"))
    rows = (
        Station.objects.values("name")
        .annotate(
            # An average is the same however often each rental is repeated alike.
            minutes=Avg("rentals__minutes"),
            inspection_count=Count("inspections", distinct=True),
            rental_count=Count("rentals", distinct=True),
        )
        .annotate(takings=Coalesce(Subquery(fees.values("total")), Decimal(0)))
        .order_by("name")
    )
    return [
        {
            "name": row["name"],
            "rentals": row["rental_count"],
            "inspections": row["inspection_count"],
            "takings": row["takings"],
            "average_minutes": row["minutes"],
        }
        for row in rows
    ]


def total_takings():
    return Rental.objects.aggregate(total=Coalesce(Sum(F("fee")), Decimal("0.00")))["total"]
