from django.db import models
from django.db.models import Avg


class Station(models.Model):
    name = models.CharField(max_length=60, unique=True)

    def __str__(self):
        return self.name

    @property
    def average_minutes(self):
        return self.rentals.aggregate(average=Avg("minutes"))["average"]


class Rental(models.Model):
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="rentals")
    minutes = models.PositiveIntegerField()
    fee = models.DecimalField(max_digits=6, decimal_places=2)

    def __str__(self):
        return f"{self.minutes} minutes"


class Inspection(models.Model):
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="inspections")
    faults = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.faults} faults"
