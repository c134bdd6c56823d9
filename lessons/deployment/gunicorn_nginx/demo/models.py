from django.db import models


class Lease(models.Model):
    """Which of the site's tea houses is this visitor's. It may have closed in the meantime."""

    token = models.CharField(max_length=40)
    opened_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.token[:6]


class Report(models.Model):
    """What was measured in one experiment, to be looked at again."""

    kind = models.CharField(max_length=10)  # "burst", "slow", "static"
    title = models.CharField(max_length=120)
    data = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.title
