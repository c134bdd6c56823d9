"""The dashboard's questions. Each function is one query."""

from decimal import Decimal

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.expressions import Func
from django.db.models.functions import Coalesce, NullIf, Rank, TruncMonth

from .models import Order, OrderLine, Product, Review, Shop

REVENUE = Sum(F("quantity") * F("unit_price"), default=Decimal(0))


class WindowSum(Func):
    """A SUM of sums, for use in a Window: Sum() itself takes no aggregate."""

    function = "SUM"
    window_compatible = True


def paid_lines(*, year: int | None = None, category: int | None = None) -> QuerySet[OrderLine]:
    lines = OrderLine.objects.filter(order__status=Order.Status.PAID)
    if year:
        lines = lines.filter(order__placed_at__year=year)
    if category:
        lines = lines.filter(product__category=category)
    return lines


def headline(lines: QuerySet[OrderLine]) -> dict:
    """One row for everything: aggregate() runs at once and returns a dict."""
    return lines.aggregate(
        revenue=REVENUE,
        units=Sum("quantity", default=0),
        orders=Count("order", distinct=True),
        average_price=Avg("unit_price"),
    )


def by_month(lines: QuerySet[OrderLine]) -> QuerySet:
    """A row a month, and what had been earned by its end.

    The window has an annotate() of its own: in the first one, Django would
    put it into GROUP BY, and the query would fail.
    """
    return (
        lines.annotate(month=TruncMonth("order__placed_at"))
        .values("month")
        .annotate(revenue=REVENUE, orders=Count("order", distinct=True))
        .annotate(running=Window(WindowSum("revenue"), order_by="month"))
        .order_by("month")
    )


def by_category(lines: QuerySet[OrderLine]) -> QuerySet:
    """A row a category, its rank, and the whole that it is a share of."""
    return (
        lines.values(category=F("product__category__name"))
        .annotate(revenue=REVENUE, units=Sum("quantity"))
        .annotate(
            rank=Window(Rank(), order_by=F("revenue").desc()),
            whole=Window(WindowSum("revenue")),
        )
        .order_by("rank", "category")
    )


def by_month_and_category(lines: QuerySet[OrderLine]) -> QuerySet:
    return (
        lines.annotate(month=TruncMonth("order__placed_at"))
        .values("month", category=F("product__category__name"))
        .annotate(revenue=REVENUE)
        .order_by("month", "category")
    )


def top_products(lines: QuerySet[OrderLine]) -> QuerySet[Product]:
    """Products with units and stars, from two tables that know nothing of each other: two subqueries."""
    sold = lines.filter(product=OuterRef("pk"))
    own_lines = sold.values("product")
    own_reviews = Review.objects.filter(product=OuterRef("pk")).values("product")
    return (
        Product.objects.filter(Exists(sold))
        .annotate(
            units=Coalesce(Subquery(own_lines.annotate(n=Sum("quantity")).values("n")), 0),
            revenue=Coalesce(Subquery(own_lines.annotate(n=REVENUE).values("n")), Decimal(0)),
            stars=Subquery(own_reviews.annotate(n=Avg("stars")).values("n")),
        )
        .order_by("-revenue", "name")
    )


def by_shop(*, year: int | None = None) -> QuerySet[Shop]:
    """Conditional aggregation: one pass counts all orders, and some of them."""
    in_year = Q(orders__placed_at__year=year) if year else Q()
    cancelled = in_year & Q(orders__status=Order.Status.CANCELLED)
    return Shop.objects.annotate(
        placed=Count("orders", filter=in_year),
        cancelled=Count("orders", filter=cancelled),
        percent=F("cancelled") * 100.0 / NullIf(F("placed"), 0),
    ).order_by("name")
