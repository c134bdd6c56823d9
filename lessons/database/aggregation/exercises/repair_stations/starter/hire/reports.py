from django.db.models import Count, Sum

from hire.models import Rental, Station


def station_rows():
    """A dict for each station: name, rentals, inspections, takings, average_minutes."""
    stations = Station.objects.annotate(
        rental_count=Count("rentals"),
        inspection_count=Count("inspections"),
        takings=Sum("rentals__fee"),
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
    return Rental.objects.aggregate(total=Sum("fee"))["total"]
