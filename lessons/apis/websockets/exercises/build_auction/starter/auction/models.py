from django.conf import settings
from django.db import models


class Lot(models.Model):
    title = models.CharField(max_length=80)
    start = models.PositiveIntegerField()


class Bid(models.Model):
    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="bids")
    bidder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    amount = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "number"], name="one_bid_a_number")]


class Watcher(models.Model):
    """One connection at a lot."""

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="watchers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    connection = models.CharField(max_length=100, unique=True)
