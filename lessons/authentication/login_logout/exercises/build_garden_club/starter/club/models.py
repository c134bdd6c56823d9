from django.db import models


class Offer(models.Model):
    """Something that a member has to give away."""

    title = models.CharField(max_length=100)
    where = models.CharField(max_length=100)

    def __str__(self):
        return self.title
