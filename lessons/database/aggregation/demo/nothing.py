"""What comes back when there is nothing to add up."""

from django.db.models import Avg, Count, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from .models import Category, Order, OrderLine


def every_aggregate(lines: QuerySet[OrderLine]) -> dict:
    return lines.aggregate(
        total=Sum("quantity"),
        total_default=Sum("quantity", default=0),
        total_coalesce=Coalesce(Sum("quantity"), 0),
        count=Count("pk"),
        average=Avg("unit_price"),
        largest=Max("quantity"),
    )


def default_inside(lines: QuerySet[OrderLine]) -> list[dict]:
    lines = lines.filter(product__category=OuterRef("pk"))
    units = lines.values("product__category").annotate(n=Sum("quantity", default=0))
    categories = Category.objects.annotate(units=Subquery(units.values("n")))
    return list(categories.order_by("name").values("name", "units"))


def default_outside(lines: QuerySet[OrderLine]) -> list[dict]:
    lines = lines.filter(product__category=OuterRef("pk"))
    units = lines.values("product__category").annotate(n=Sum("quantity"))
    categories = Category.objects.annotate(units=Coalesce(Subquery(units.values("n")), 0))
    return list(categories.order_by("name").values("name", "units"))


def years_with_sales(category: Category | None) -> list[int]:
    """Where else to look: asked only after nothing was found."""
    orders = Order.objects.filter(status=Order.Status.PAID)
    if category:
        orders = orders.filter(lines__product__category=category)
    return [moment.year for moment in orders.datetimes("placed_at", "year")]


AGGREGATES = {
    "total": 'Sum("quantity")',
    "total_default": 'Sum("quantity", default=0)',
    "total_coalesce": 'Coalesce(Sum("quantity"), 0)',
    "count": 'Count("pk")',
    "average": 'Avg("unit_price")',
    "largest": 'Max("quantity")',
}
