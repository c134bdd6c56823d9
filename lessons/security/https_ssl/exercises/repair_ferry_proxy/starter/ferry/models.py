from django.db import models


class Booking(models.Model):
    passenger = models.CharField(max_length=40)

    def __str__(self):
        return self.passenger
