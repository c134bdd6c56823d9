from django.db import models


class LoadRecord(models.Model):
    """What folder and database both had after the last load or export: the base of a three-way difference.

    It stands apart from the page and the exercise, because a revision that somebody goes back to would
    bring back its own idea of what was loaded.
    """

    name = models.CharField(max_length=201, unique=True, help_text="<lesson>, or <lesson>/<exercise>")
    digest = models.CharField(max_length=64)
    # The revision that the load made: as long as it is the latest, nobody has edited the page.
    revision_id = models.PositiveBigIntegerField(null=True)
    base = models.JSONField(
        null=True, help_text="What both sides had then: path to text; null where only the digest is known"
    )
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name} as loaded at {self.loaded_at:%Y-%m-%d %H:%M}"
