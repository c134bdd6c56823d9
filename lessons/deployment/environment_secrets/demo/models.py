from django.contrib.auth.models import User
from django.db import models


class Source(models.Model):
    """A place that settings come from, as the visitor has written it."""

    path = models.CharField(max_length=60, primary_key=True)  # "environment", ".env", "/run/secrets/…"
    text = models.TextField(blank=True)


class Release(models.Model):
    """Settings that were deployed. The newest is running."""

    settings = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)


class Customer(models.Model):
    """Somebody with a browser of their own, in which a session and two links lie."""

    user = models.OneToOneField(User, on_delete=models.CASCADE)
    session = models.TextField()  # the cookie's value
    reset_link = models.TextField()
    newsletter_link = models.TextField()


class Commit(models.Model):
    """Both files as they were after it. The log is the rows by key."""

    message = models.CharField(max_length=80)
    settings_py = models.TextField()
    dotenv = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
