"""The same condition in three places, and a condition on the count itself: four different questions."""

from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from .models import Category


def before(price: Decimal) -> QuerySet[Category]:
    return Category.objects.filter(products__price__gt=price).annotate(n=Count("products"))


def inside(price: Decimal) -> QuerySet[Category]:
    return Category.objects.annotate(n=Count("products", filter=Q(products__price__gt=price)))


def after(price: Decimal) -> QuerySet[Category]:
    return Category.objects.annotate(n=Count("products")).filter(products__price__gt=price)


def on_the_count(least: int) -> QuerySet[Category]:
    return Category.objects.annotate(n=Count("products")).filter(n__gte=least)
