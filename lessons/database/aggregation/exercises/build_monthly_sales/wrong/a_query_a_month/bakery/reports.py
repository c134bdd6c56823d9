from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from bakery.models import Order


def monthly_sales(year):
    orders = Order.objects.filter(placed_at__year=year)
    months = [
        {"month": f"{year:04}-{number:02}"} | numbers(orders.filter(placed_at__month=number))
        for number in range(1, 13)
    ]
    return {"year": year, "months": months, "total": numbers(orders)}


def numbers(orders):
    row = orders.aggregate(
        orders=Count("pk", filter=Q(status="paid"), distinct=True),
        cancelled=Count("pk", filter=Q(status="cancelled"), distinct=True),
        units=Sum("lines__quantity", filter=Q(status="paid"), default=0),
        revenue=Sum(
            F("lines__quantity") * F("lines__unit_price"), filter=Q(status="paid"), default=Decimal(0)
        ),
    )
    return row | {"revenue": f"{row['revenue']:.2f}"}
