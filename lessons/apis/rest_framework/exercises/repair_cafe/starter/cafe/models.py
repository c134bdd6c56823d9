from django.contrib.auth.models import User
from django.db import models


class Device(models.Model):
    name = models.CharField(max_length=40, unique=True)


class Job(models.Model):
    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="jobs")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="jobs")
    problem = models.CharField(max_length=200)
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    private = models.BooleanField(default=False)
