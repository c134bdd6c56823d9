from django.conf import settings
from django.db import models
from django.utils import timezone


class Notice(models.Model):
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    text = models.CharField(max_length=200)
    pinned_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.text


class House(models.Model):
    """How this harbour office checks addresses. One row, which the page “Register” changes.

    A real project decides this once, in its settings; see project.py.
    """

    class Way(models.TextChoices):
        LINK = "link", "By link: come in at once, confirm later"
        CODE = "code", "By code: nobody comes in before"

    class Lifetime(models.TextChoices):
        USUAL = "usual", "three days for a link, fifteen minutes for a code"
        OVER = "over", "over as soon as it is sent"

    way = models.CharField(max_length=4, choices=Way, default=Way.LINK)
    lifetime = models.CharField(max_length=5, choices=Lifetime, default=Lifetime.USUAL)

    def __str__(self) -> str:
        return "The house"

    @classmethod
    def current(cls) -> "House":
        return cls.objects.get(pk=1)

    @property
    def by_code(self) -> bool:
        return self.way == self.Way.CODE
