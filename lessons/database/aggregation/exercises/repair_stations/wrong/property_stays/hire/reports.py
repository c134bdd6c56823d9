from decimal import Decimal

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from hire.models import Inspection, Rental, Station


def per_station(model, aggregate):
    """One number for each station, from a query that joins nothing else. NULL for a station without rows."""
    mine = model.objects.filter(station=OuterRef("pk")).values("station")
    return Subquery(mine.annotate(answer=aggregate).values("answer"))


def station_rows():
    """A dict for each station: name, rentals, inspections, takings, average_minutes."""
    stations = Station.objects.annotate(
        rental_count=Coalesce(per_station(Rental, Count("pk")), 0),
        inspection_count=Coalesce(per_station(Inspection, Count("pk")), 0),
        takings=Coalesce(per_station(Rental, Sum("fee")), Decimal(0)),
    ).order_by("name")
    return [
        {
            "name": station.name,
            "rentals": station.rental_count,
            "inspections": station.inspection_count,
            "takings": station.takings,
            "average_minutes": station.average_minutes,
        }
        for station in stations
    ]


def total_takings():
    """What all rentals of all stations brought in."""
    return Rental.objects.aggregate(total=Sum("fee", default=Decimal(0)))["total"]
