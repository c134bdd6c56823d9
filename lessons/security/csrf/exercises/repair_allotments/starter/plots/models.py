from django.contrib.auth.models import User
from django.db import models


class Plot(models.Model):
    tenant = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="plots")

    def __str__(self):
        return f"Plot {self.pk}"


class Rain(models.Model):
    millimetres = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.millimetres} mm"
