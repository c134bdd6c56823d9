from django.conf import settings
from django.db import models


class Loan(models.Model):
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="loans")
    title = models.CharField(max_length=80)
