from django.db import models
from django.db.models import Q


class Account(models.Model):
    owner = models.CharField(max_length=40)
    email = models.EmailField()
    balance = models.IntegerField(default=0)  # cents
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closed=False) | Q(balance=0), name="closed_is_empty")
        ]


class Payment(models.Model):
    key = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    cents = models.PositiveIntegerField()
