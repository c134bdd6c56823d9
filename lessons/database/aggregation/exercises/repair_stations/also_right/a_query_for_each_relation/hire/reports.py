from decimal import Decimal

from django.db.models import Avg, Count, Sum

from hire.models import Inspection, Rental, Station


def station_rows():
    rented = Rental.objects.values("station").annotate(n=Count("pk"), fees=Sum("fee"), minutes=Avg("minutes"))
    rented = {row["station"]: row for row in rented}
    inspected = dict(Inspection.objects.values_list("station").annotate(n=Count("pk")))
    nothing = {"n": 0, "fees": Decimal("0.00"), "minutes": None}
    rows = []
    for pk, name in Station.objects.order_by("name").values_list("pk", "name"):
        mine = rented.get(pk, nothing)
        rows.append(
            {
                "name": name,
                "rentals": mine["n"],
                "inspections": inspected.get(pk, 0),
                "takings": mine["fees"],
                "average_minutes": mine["minutes"],
            }
        )
    return rows


def total_takings():
    return Rental.objects.aggregate(total=Sum("fee"))["total"] or Decimal("0.00")
