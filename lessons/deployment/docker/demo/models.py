from django.db import models


class File(models.Model):
    """One file of the project that becomes an image: what an engine calls the build context."""

    path = models.CharField(max_length=120, unique=True)
    text = models.TextField(blank=True)
    modified_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.path

    @property
    def size(self) -> int:
        return len(self.text.encode())


class Build(models.Model):
    """What became of each step, as it was shown then."""

    steps = models.JSONField(help_text="see cache.Verdict")
    error = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)


class CachedStep(models.Model):
    """A key that some build has had: whoever comes with the same one need not run the step."""

    key = models.CharField(max_length=64, unique=True)
