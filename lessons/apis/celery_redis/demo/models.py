import uuid

from django.db import models


class Job(models.Model):
    """What was handed in at the counter. One job is one task, or several that belong together."""

    class Kind(models.TextChoices):
        DEVELOP = "develop", "Develop a roll"
        CHARGE = "charge", "Charge a card"
        REMIND = "remind", "Remind a customer"
        CHAIN = "chain", "Develop, scan, notify"
        CHORD = "chord", "Contact sheet"
        PRINT = "print", "Print a series"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=80)
    options = models.JSONField(default=dict)
    # Ids and names of tasks that are to be sent later, by others: of a chain, and the body of a chord.
    plan = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)


class Event(models.Model):
    """Something that Celery's signals said about a task of a job: the timeline is drawn from these."""

    class Kind(models.TextChoices):
        SENT = "sent", "sent"
        STARTED = "started", "started"
        ENDED = "ended", "ended"
        KILLED = "killed", "its process was killed"
        REVOKED = "revoked", "taken back"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events")
    task_id = models.CharField(max_length=40)
    task = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.FloatField(help_text="Seconds since 1970: tasks run in several processes, on one clock.")
    pid = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["job", "at"])]


class Payment(models.Model):
    """A booking at the bank. `key` is what a caller names so that a second try books nothing new."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="payments")
    cents = models.PositiveIntegerField()
    key = models.CharField(max_length=64, null=True, unique=True)
    at = models.DateTimeField(auto_now_add=True)


class Print(models.Model):
    """A sheet of paper that left the enlarger. Nothing makes it unexposed again."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="prints")
    number = models.PositiveSmallIntegerField()
    pid = models.PositiveIntegerField()


class Round(models.Model):
    """What the night round saw."""

    at = models.DateTimeField(auto_now_add=True)
    waiting = models.PositiveIntegerField()


class Beat(models.Model):
    """A beat that sends until it is told to stop, or its time is over."""

    until = models.FloatField()
