from django.db import models


class Order(models.Model):
    PAID, CANCELLED = "paid", "cancelled"

    placed_at = models.DateTimeField(db_index=True)
    status = models.CharField(max_length=10, choices=[(PAID, "Paid"), (CANCELLED, "Cancelled")], default=PAID)

    def __str__(self):
        return f"Order {self.pk}"


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.CharField(max_length=60)
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=6, decimal_places=2)

    def __str__(self):
        return f"{self.quantity} × {self.product}"
