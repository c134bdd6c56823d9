from collections import defaultdict

from django.db.models import Count, F, Sum
from django.db.models.functions import ExtractMonth

from bakery.models import Line, Order


def monthly_sales(year):
    placed = Order.objects.filter(placed_at__year=year).values_list("placed_at__month", "status")
    counts = {(month, status): n for month, status, n in placed.annotate(n=Count("*"))}
    lines = Line.objects.filter(order__placed_at__year=year, order__status=Order.PAID)
    sold = defaultdict(lambda: (0, 0))
    for row in (
        lines.annotate(month=ExtractMonth("order__placed_at"))
        .values("month")
        .annotate(n=Sum("quantity"), worth=Sum(F("quantity") * F("unit_price")))
    ):
        sold[row["month"]] = (row["n"], row["worth"])
    months = [
        {
            "month": f"{year:04}-{number:02}",
            "orders": counts.get((number, Order.PAID), 0),
            "cancelled": counts.get((number, Order.CANCELLED), 0),
            "units": sold[number][0],
            "revenue": f"{sold[number][1]:.2f}",
        }
        for number in range(1, 13)
    ]
    total = {name: sum(row[name] for row in months) for name in ("orders", "cancelled", "units")}
    total["revenue"] = f"{sum(worth for _, worth in sold.values()):.2f}"
    return {"year": year, "months": months, "total": total}
