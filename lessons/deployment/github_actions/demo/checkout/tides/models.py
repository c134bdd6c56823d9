from django.db import models


class Reading(models.Model):
    at = models.DateTimeField()
    centimetres = models.IntegerField()

    def __str__(self):
        return f"{self.at:%H:%M} {self.centimetres} cm"
