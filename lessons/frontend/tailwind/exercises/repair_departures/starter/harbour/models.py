from django.db import models


class Departure(models.Model):
    STATUSES = ["on time", "boarding", "delayed", "cancelled"]

    ship = models.CharField(max_length=40)
    leaves_at = models.TimeField()
    berth = models.CharField(max_length=4)
    status = models.CharField(max_length=12, choices=[(status, status) for status in STATUSES])
