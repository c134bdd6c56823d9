from django.conf import settings
from django.db import models


class Crossing(models.Model):
    traveller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="crossings"
    )
    sails_at = models.CharField(max_length=40)
    cabin = models.CharField(max_length=40)

    def __str__(self):
        return f"{self.sails_at}, {self.cabin}"
