from django.db import models


class Column(models.TextChoices):
    WAITING = "waiting", "Waiting"
    STAND = "stand", "On the stand"
    READY = "ready", "Ready"


class Card(models.Model):
    """A bicycle that is to be repaired."""

    bike = models.CharField(max_length=60)
    fault = models.CharField(max_length=120, blank=True)
    column = models.CharField(max_length=10, choices=Column, default=Column.WAITING)
    version = models.PositiveIntegerField(default=1)  # one more with each change

    class Meta:
        indexes = [models.Index(fields=["column", "-id"], name="a_columns_pages")]

    def __str__(self) -> str:
        return self.bike


class Mood(models.TextChoices):
    FINE = "fine", "answers at once"
    SLOW = "slow", "takes two seconds"
    REFUSES = "refuses", "refuses with 503"
    LOSES = "loses", "writes, then loses the answer (504)"


class Server(models.Model):
    """How the API treats whoever writes. One row."""

    mood = models.CharField(max_length=10, choices=Mood, default=Mood.FINE)

    def __str__(self) -> str:
        return f"The server {self.get_mood_display()}"


class Measurement(models.Model):
    page = models.CharField(max_length=10)
    requests = models.PositiveIntegerField()
    kilobytes = models.FloatField()
    cards_ms = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.page}: {self.requests} requests, {self.kilobytes} kB"
