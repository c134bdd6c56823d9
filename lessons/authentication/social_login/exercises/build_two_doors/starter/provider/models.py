from django.db import models


class Grant(models.Model):
    """A code that waits to be exchanged, and what the ID token will say then."""

    code = models.CharField(max_length=64, unique=True)
    provider = models.CharField(max_length=20)
    client_id = models.CharField(max_length=64)
    redirect_uri = models.CharField(max_length=200)
    code_challenge = models.CharField(max_length=64, blank=True)
    claims = models.JSONField()
    used = models.BooleanField(default=False)

    def __str__(self):
        return self.code
