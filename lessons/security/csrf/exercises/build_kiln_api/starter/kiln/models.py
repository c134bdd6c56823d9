from django.contrib.auth.models import User
from django.db import models


class Booking(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    day = models.CharField(max_length=20)

    def __str__(self):
        return f"{self.day}: {self.user}"
