from django.db import models


class Joining(models.Model):
    """An attempt to join. The session holds its number, and nothing else."""

    username = models.CharField(max_length=150)
    email = models.EmailField()
    password = models.CharField(max_length=128)
    code = models.CharField(max_length=128)
    sent_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)
    letters = models.PositiveSmallIntegerField(default=0)

    def __str__(self):
        return self.username
