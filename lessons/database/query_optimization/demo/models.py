from django.db import models
from django.db.models.functions import Lower


class Depot(models.Model):
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    name = models.CharField(max_length=60)
    email = models.EmailField()

    def __str__(self) -> str:
        return self.name


class Parcel(models.Model):
    class Status(models.TextChoices):
        DELIVERED = "delivered"
        MOVING = "moving"
        HELD = "held"
        LOST = "lost"

    number = models.CharField(max_length=16)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="parcels")
    depot = models.ForeignKey(Depot, on_delete=models.CASCADE, related_name="parcels")
    status = models.CharField(max_length=10, choices=Status.choices)
    receiver = models.CharField(max_length=60)
    posted_at = models.DateTimeField()
    weight = models.PositiveIntegerField(help_text="grams")
    price = models.PositiveIntegerField(help_text="cents")
    note = models.CharField(max_length=200)

    class Meta:
        # region: indexes
        indexes = [
            # single: one column each. The two foreign keys have theirs from Django.
            models.Index(fields=["status"], name="parcel_status"),
            models.Index(fields=["posted_at"], name="parcel_posted"),
            models.Index(fields=["receiver"], name="parcel_receiver"),
            # composite: sorted by depot, in it by status, in that by time
            models.Index(fields=["depot", "status", "-posted_at"], name="parcel_board"),
            # partial: only the rows that the condition holds for
            models.Index(fields=["posted_at"], condition=models.Q(status="lost"), name="parcel_lost"),
            # covering: whatever one question needs, so that the table is not read at all
            models.Index(fields=["depot", "price"], name="parcel_takings"),
            # of an expression: what is sorted is the function's result
            models.Index(Lower("receiver"), name="parcel_receiver_lower"),
        ]
        # endregion: indexes

    def __str__(self) -> str:
        return self.number


class Measurement(models.Model):
    """One run of a question: in the visitor's own database, beside the rows that everybody reads."""

    question = models.CharField(max_length=40)
    alias = models.CharField(max_length=40)
    ms = models.FloatField()
    rows = models.PositiveIntegerField()
    sql = models.TextField()
    plan = models.TextField(help_text="what explain() answered, a step on each line")
    measured_at = models.DateTimeField(auto_now_add=True)
