from django.db import models


class Buoy(models.Model):
    name = models.CharField(max_length=40, unique=True)
    delay_ms = models.PositiveSmallIntegerField("how long it takes to answer, in ms")

    def __str__(self):
        return self.name


class Reading(models.Model):
    """What a buoy has said last."""

    buoy = models.OneToOneField(Buoy, on_delete=models.CASCADE, related_name="reading")
    wind = models.PositiveSmallIntegerField("wind, in knots")

    def __str__(self):
        return f"{self.wind} kn"


class Run(models.Model):
    """How long one fan-out took, by the view's own clock."""

    how = models.CharField(max_length=10)
    ms = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.how}: {self.ms} ms"


class Watch(models.Model):
    """A request that takes its time, and how it ended: written by the code that was asked."""

    class Ending(models.TextChoices):
        OPEN = "open", "still going on"
        FINISHED = "finished", "finished"
        LEFT = "left", "left"

    kind = models.CharField(max_length=10)  # "stream", "async" or "sync"
    heard = models.PositiveSmallIntegerField("buoys that answered", default=0)
    ending = models.CharField(max_length=10, choices=Ending, default=Ending.OPEN)
    by = models.CharField("what ended it", max_length=20, blank=True)
    is_told = models.BooleanField("its ending was shown", default=False)

    def __str__(self):
        return f"{self.kind}, {self.heard} heard, {self.ending}"
