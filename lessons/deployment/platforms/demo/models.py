from django.db import models


class App(models.Model):
    """The board of lost socks on one platform: what was written for it, and what it has there."""

    platform = models.SlugField(unique=True)
    manifests = models.JSONField(default=dict)  # name of the file: its text
    config = models.JSONField(default=dict)  # variables that were set on the platform
    generated = models.JSONField(default=dict)  # secrets that the platform made
    database = models.BinaryField(default=b"")  # the managed database: it outlives every release
    disk = models.JSONField(default=dict)  # files that the running instance wrote: path, base64
    live = models.ForeignKey("Release", null=True, on_delete=models.SET_NULL, related_name="+")
    crash = models.CharField(max_length=200, blank=True)  # why nobody answers

    def __str__(self) -> str:
        return self.platform


class Release(models.Model):
    """Code, configuration and what the build made of them. Nothing in it is ever changed."""

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField()
    commit = models.CharField(max_length=7)
    reason = models.CharField(max_length=80)
    state = models.CharField(max_length=12, default="building")  # live, replaced, failed, crashed
    config = models.JSONField(default=dict)
    commands = models.JSONField(default=dict)  # release, web, health
    built = models.JSONField(default=dict)  # files that the build added: path, base64
    log = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["app", "number"], name="one_release_a_number")]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def last_words(self) -> str:
        """What a program said last before the release failed."""
        if self.state == "live":
            return ""
        said = [line for line in self.log.splitlines() if line.strip() and not line.startswith("----->")]
        said = [line.strip() for line in said if not line.endswith("goes on serving.")]
        return said[-1] if said else ""
