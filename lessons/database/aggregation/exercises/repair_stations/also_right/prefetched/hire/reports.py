from hire.models import Rental, Station


def station_rows():
    rows = []
    for station in Station.objects.prefetch_related("rentals", "inspections").order_by("name"):
        rentals = station.rentals.all()
        minutes = [rental.minutes for rental in rentals]
        rows.append(
            {
                "name": station.name,
                "rentals": len(rentals),
                "inspections": len(station.inspections.all()),
                "takings": sum(rental.fee for rental in rentals),
                "average_minutes": sum(minutes) / len(minutes) if minutes else None,
            }
        )
    return rows


def total_takings():
    return sum(Rental.objects.values_list("fee", flat=True))
