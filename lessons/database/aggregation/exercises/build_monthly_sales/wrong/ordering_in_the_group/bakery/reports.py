from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from bakery.models import Order

NUMBERS = ("orders", "cancelled", "units", "revenue")
NOTHING = {"orders": 0, "cancelled": 0, "units": 0, "revenue": Decimal(0)}


def monthly_sales(year):
    """The year's report, as the view sends it."""
    by_month = {row["month"].month: row for row in _months_with_orders(year)}
    rows = [by_month.get(month, NOTHING) for month in range(1, 13)]
    total = {name: sum(row[name] for row in rows) for name in NUMBERS}
    months = [{"month": f"{year:04}-{number:02}"} | _shown(row) for number, row in enumerate(rows, start=1)]
    return {"year": year, "months": months, "total": _shown(total)}


def _months_with_orders(year):
    paid, cancelled = Q(status=Order.PAID), Q(status=Order.CANCELLED)
    return (
        Order.objects.filter(placed_at__year=year)
        .annotate(month=TruncMonth("placed_at"))
        .values("month")
        .order_by("placed_at")
        .annotate(
            orders=Count("pk", filter=paid, distinct=True),
            cancelled=Count("pk", filter=cancelled, distinct=True),
            units=Sum("lines__quantity", filter=paid, default=0),
            revenue=Sum(F("lines__quantity") * F("lines__unit_price"), filter=paid, default=Decimal(0)),
        )
    )


def _shown(row):
    return {name: row[name] for name in NUMBERS} | {"revenue": f"{row['revenue']:.2f}"}
