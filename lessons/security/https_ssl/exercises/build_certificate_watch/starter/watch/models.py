from django.db import models


class Root(models.Model):
    """An authority that we trust."""

    name = models.CharField(max_length=100)
    pem = models.TextField()

    def __str__(self):
        return self.name
