from django.db import models


class LoadRecord(models.Model):
    """What `load_lessons` last wrote, so that an edit made in the admin since then can be told.

    It stands apart from the page and the exercise, because a revision that somebody goes back to would
    bring back its own idea of what was loaded.
    """

    name = models.CharField(max_length=201, unique=True, help_text="<lesson>, or <lesson>/<exercise>")
    digest = models.CharField(max_length=64)
    # The revision that the load made: as long as it is the latest, nobody has edited the page.
    revision_id = models.PositiveBigIntegerField(null=True)
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name} as loaded at {self.loaded_at:%Y-%m-%d %H:%M}"
