from django.db import models


class Station(models.Model):
    name = models.CharField(max_length=40)


class Reading(models.Model):
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="readings")
    measured_at = models.DateTimeField()
    value = models.IntegerField()
    alarm = models.BooleanField(default=False)
    acknowledged = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["station", "-measured_at", "-id"], name="log_newest"),
            models.Index(
                fields=["-measured_at", "-id"],
                condition=models.Q(alarm=True, acknowledged=False),
                name="log_open_alarms",
            ),
        ]
