from django.contrib.auth.models import User
from django.db import models


class Identity(models.Model):
    """Somebody at a provider, and whose account that is here."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_for_a_subject")
        ]

    def __str__(self):
        return f"{self.subject} at {self.issuer}"
