from django.db import models


class File(models.Model):
    """A file of the repository's main branch; `pushed` is what the last push had in it."""

    path = models.CharField(max_length=120, unique=True)
    text = models.TextField(blank=True)
    pushed = models.TextField(blank=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path


class PullRequest(models.Model):
    """The one that Mallory opens from a fork. Of the project's files hers differ in one."""

    title = models.CharField(max_length=200)
    branch = models.CharField(max_length=60, default="spring-tide")
    tests = models.TextField("tides/tests.py, as in her fork")

    def __str__(self) -> str:
        return self.title


class Secret(models.Model):
    """`environment` is empty for a secret of the repository."""

    name = models.CharField(max_length=60, unique=True)
    environment = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    class State(models.TextChoices):
        PENDING = "pending", "Waits for its concurrency group"
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"

    number = models.PositiveIntegerField(unique=True)
    event = models.JSONField()
    workflow = models.TextField()
    files = models.JSONField()
    fork = models.JSONField(default=dict)
    group = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    conclusion = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    results = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"#{self.number}"
