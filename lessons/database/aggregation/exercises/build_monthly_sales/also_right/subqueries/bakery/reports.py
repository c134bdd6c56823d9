from decimal import Decimal

from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from bakery.models import Line, Order


def monthly_sales(year):
    mine = Line.objects.filter(order=OuterRef("pk"), order__status=Order.PAID).values("order")
    orders = Order.objects.filter(placed_at__year=year).annotate(
        unit_count=Coalesce(Subquery(mine.annotate(n=Sum("quantity")).values("n")), 0),
        worth=Coalesce(
            Subquery(mine.annotate(n=Sum(F("quantity") * F("unit_price"))).values("n")), Decimal(0)
        ),
    )
    one = Value(1, output_field=IntegerField())
    rows = (
        orders.annotate(month=TruncMonth("placed_at"))
        .values("month")
        .annotate(
            orders=Sum(Case(When(status=Order.PAID, then=one), default=0)),
            cancelled=Sum(Case(When(status=Order.CANCELLED, then=one), default=0)),
            units=Sum("unit_count"),
            revenue=Sum("worth"),
        )
        .order_by("month")
    )
    months, total = [], {"orders": 0, "cancelled": 0, "units": 0, "revenue": Decimal(0)}
    found = {f"{row.pop('month'):%Y-%m}": row for row in rows}
    for number in range(1, 13):
        name = f"{year:04}-{number:02}"
        row = found.get(name, {"orders": 0, "cancelled": 0, "units": 0, "revenue": Decimal(0)})
        total = {key: total[key] + row[key] for key in total}
        months.append({"month": name, **row, "revenue": f"{row['revenue']:.2f}"})
    return {"year": year, "months": months, "total": {**total, "revenue": f"{total['revenue']:.2f}"}}
