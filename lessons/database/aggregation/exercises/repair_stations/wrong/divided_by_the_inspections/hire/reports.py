from decimal import Decimal

from django.db.models import Avg, Count, F, Sum

from hire.models import Rental, Station


def station_rows():
    """A dict for each station: name, rentals, inspections, takings, average_minutes."""
    stations = Station.objects.annotate(
        rental_count=Count("rentals", distinct=True),
        inspection_count=Count("inspections", distinct=True),
        takings=Sum("rentals__fee", default=Decimal(0)) / F("inspection_count"),
        minutes=Avg("rentals__minutes"),
    ).order_by("name")
    return [
        {
            "name": station.name,
            "rentals": station.rental_count,
            "inspections": station.inspection_count,
            "takings": station.takings,
            "average_minutes": station.minutes,
        }
        for station in stations
    ]


def total_takings():
    """What all rentals of all stations brought in."""
    return Rental.objects.aggregate(total=Sum("fee", default=Decimal(0)))["total"]
