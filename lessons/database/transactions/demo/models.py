from django.db import models
from django.db.models import Q

JAR = "Coffee jar"  # raced for, and in no ledger


class Account(models.Model):
    """Amounts are in cents. `opening` is what was there on the first day; entries say what came since."""

    owner = models.CharField(max_length=40)
    opening = models.BigIntegerField()
    balance = models.BigIntegerField()
    closed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="no_overdraft"),
            models.CheckConstraint(condition=Q(closed=False) | Q(balance=0), name="closed_is_empty"),
        ]

    def __str__(self) -> str:
        return self.owner


class Transfer(models.Model):
    payer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="paid")
    payee = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="received")
    cents = models.PositiveBigIntegerField()
    at = models.DateTimeField(auto_now_add=True)


class Entry(models.Model):
    """A line in the ledger. Every transfer has two, and they sum to nothing."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    cents = models.BigIntegerField()
