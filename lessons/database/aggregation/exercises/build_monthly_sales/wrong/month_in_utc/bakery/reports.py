from decimal import Decimal

from django.db.models import Prefetch

from bakery.models import Line, Order


def monthly_sales(year):
    months = [
        {"month": f"{year:04}-{number:02}", "orders": 0, "cancelled": 0, "units": 0, "revenue": Decimal(0)}
        for number in range(1, 13)
    ]
    orders = Order.objects.filter(placed_at__year=year).prefetch_related(Prefetch("lines", Line.objects.all()))
    for order in orders:
        row = months[order.placed_at.month - 1]
        if order.status == Order.CANCELLED:
            row["cancelled"] += 1
            continue
        row["orders"] += 1
        for line in order.lines.all():
            row["units"] += line.quantity
            row["revenue"] += line.quantity * line.unit_price
    total = {name: sum(row[name] for row in months) for name in ("orders", "cancelled", "units", "revenue")}
    for row in (*months, total):
        row["revenue"] = f"{row['revenue']:.2f}"
    return {"year": year, "months": months, "total": total}
