"""A tea company: four shops, what they sell, and what people say about it."""

from decimal import Decimal

from django.db import models
from django.db.models import Q, Sum


class Shop(models.Model):
    name = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.name


class Category(models.Model):
    name = models.CharField(max_length=40, unique=True)

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self):
        return self.name


class Product(models.Model):
    name = models.CharField(max_length=60, unique=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    price = models.DecimalField(max_digits=7, decimal_places=2)

    def __str__(self):
        return self.name

    @property
    def units_sold(self) -> int:
        """A query, each time it is read."""
        paid = self.lines.filter(order__status=Order.Status.PAID)
        return paid.aggregate(units=Sum("quantity", default=0))["units"]


class Order(models.Model):
    class Status(models.TextChoices):
        PAID = "paid", "Paid"
        CANCELLED = "cancelled", "Cancelled"

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="orders")
    placed_at = models.DateTimeField(db_index=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PAID)

    def __str__(self):
        return f"Order {self.pk}"


class OrderLine(models.Model):
    """The fact that everything is counted from: so many of a product, at the price of that day."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lines")
    quantity = models.PositiveSmallIntegerField()
    unit_price = models.DecimalField(max_digits=7, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="aggregation_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(unit_price__gte=Decimal(0)), name="aggregation_line_price_not_negative"
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.product_id}"


class Review(models.Model):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    stars = models.PositiveSmallIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="aggregation_review_stars_1_to_5"),
        ]

    def __str__(self):
        return f"{self.stars} stars"
