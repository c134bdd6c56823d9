from django.db import models


class Station(models.Model):
    name = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.name


class Visit(models.Model):
    heard = models.PositiveSmallIntegerField("stations that the visitor was told about", default=0)
    ending = models.CharField(max_length=10, blank=True)  # "finished" or "left"; empty while it goes on

    def __str__(self):
        return f"{self.heard} heard, {self.ending or 'going on'}"
