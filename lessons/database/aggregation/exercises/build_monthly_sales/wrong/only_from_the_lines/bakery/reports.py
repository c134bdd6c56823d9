from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from bakery.models import Line

NUMBERS = ("orders", "cancelled", "units", "revenue")


def monthly_sales(year):
    paid, cancelled = Q(order__status="paid"), Q(order__status="cancelled")
    rows = (
        Line.objects.filter(order__placed_at__year=year)
        .annotate(month=TruncMonth("order__placed_at"))
        .values("month")
        .annotate(
            orders=Count("order", filter=paid, distinct=True),
            cancelled=Count("order", filter=cancelled, distinct=True),
            units=Sum("quantity", filter=paid, default=0),
            revenue=Sum(F("quantity") * F("unit_price"), filter=paid, default=Decimal(0)),
        )
    )
    found = {row["month"].month: row for row in rows}
    nothing = dict.fromkeys(NUMBERS, 0)
    months = [found.get(number, nothing) for number in range(1, 13)]
    total = {name: sum(row[name] for row in months) for name in NUMBERS}
    shown = [{"month": f"{year:04}-{number:02}"} | show(row) for number, row in enumerate(months, 1)]
    return {"year": year, "months": shown, "total": show(total)}


def show(row):
    return {name: row[name] for name in NUMBERS} | {"revenue": f"{row['revenue']:.2f}"}
