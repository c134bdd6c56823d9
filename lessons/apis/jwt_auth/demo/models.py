from django.conf import settings
from django.db import models


class Parcel(models.Model):
    """What lies in a locker until its owner opens it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="parcels")
    locker = models.PositiveSmallIntegerField(unique=True)
    what = models.CharField(max_length=40)
    opened = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.what} in locker {self.locker}"
