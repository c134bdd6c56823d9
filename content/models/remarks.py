"""What authors and reviewers say to each other about an exercise. Wagtail has comments for pages only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from content.models.exercises import Exercise
from lms.letters.models import Mailing

MOST_TEXT = 4_000  # characters


class Remark(models.Model):
    """A comment on an exercise. It is open until somebody resolves it, and stays to be read after that."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="remarks")
    # The words stay when the account goes.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField("Comment", max_length=MOST_TEXT)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["exercise"], condition=Q(closed_at=None), name="remark_open")]

    def __str__(self) -> str:
        return f"{self.author or 'a former account'} on {self.exercise}"


class RemarkNotice(Mailing):
    """Something that whoever takes part is written to about."""

    remark = models.ForeignKey(Remark, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.remark)
