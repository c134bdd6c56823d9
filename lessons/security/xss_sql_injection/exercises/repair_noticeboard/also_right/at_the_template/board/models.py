from django.db import models
from django.utils import timezone


class Notice(models.Model):
    author = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    text = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    draft = models.BooleanField(default=False)
    posted_at = models.DateTimeField(default=timezone.now)


class Member(models.Model):
    name = models.CharField(max_length=100)
    email = models.CharField(max_length=100)
    gate_code = models.CharField(max_length=10)
