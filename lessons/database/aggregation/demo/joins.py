"""One product, two relations, four ways to count them: the first is wrong, the second wrong for sums."""

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from .models import OrderLine, Product, Review


def naive(products: QuerySet[Product]) -> list[dict]:
    products = products.annotate(
        line_count=Count("lines"),
        review_count=Count("reviews"),
        units=Sum("lines__quantity", default=0),
    )
    return list(products.values("name", "line_count", "review_count", "units"))


def distinct(products: QuerySet[Product]) -> list[dict]:
    products = products.annotate(
        line_count=Count("lines", distinct=True),
        review_count=Count("reviews", distinct=True),
        units=Sum("lines__quantity", distinct=True, default=0),
    )
    return list(products.values("name", "line_count", "review_count", "units"))


def subqueries(products: QuerySet[Product]) -> list[dict]:
    lines = OrderLine.objects.filter(product=OuterRef("pk")).values("product")
    reviews = Review.objects.filter(product=OuterRef("pk")).values("product")
    line_count = lines.annotate(n=Count("pk")).values("n")
    review_count = reviews.annotate(n=Count("pk")).values("n")
    units = lines.annotate(n=Sum("quantity")).values("n")
    products = products.annotate(
        line_count=Coalesce(Subquery(line_count), 0),
        review_count=Coalesce(Subquery(review_count), 0),
        units=Coalesce(Subquery(units), 0),
    )
    return list(products.values("name", "line_count", "review_count", "units"))


def separately(products: QuerySet[Product]) -> list[dict]:
    sold = products.annotate(line_count=Count("lines"), units=Sum("lines__quantity", default=0))
    reviewed = products.annotate(review_count=Count("reviews"))
    counts = dict(reviewed.values_list("pk", "review_count"))
    rows = sold.values("pk", "name", "line_count", "units")
    return [
        {
            "name": row["name"],
            "line_count": row["line_count"],
            "review_count": counts[row["pk"]],
            "units": row["units"],
        }
        for row in rows
    ]


def joined_rows(product: Product, limit: int) -> list[tuple]:
    """What the two joins make, before anything is grouped: each line beside each review."""
    rows = Product.objects.filter(pk=product.pk).order_by("lines__pk", "reviews__pk")
    return list(rows.values_list("lines__pk", "lines__quantity", "reviews__pk", "reviews__stars")[:limit])


def truth(product: Product) -> dict:
    """Counted by hand, one relation at a time, to judge the others by."""
    quantities = list(product.lines.values_list("quantity", flat=True))
    return {
        "line_count": len(quantities),
        "review_count": product.reviews.count(),
        "units": sum(quantities),
    }


WAYS = {
    "naive": ("Two annotations, one query", naive),
    "distinct": ("distinct=True", distinct),
    "subqueries": ("A Subquery for each", subqueries),
    "separately": ("A query for each relation", separately),
}
