from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from wagtail.models import Revision

from content.models.exercises import Exercise


class Verification(models.Model):
    """A run of all cases of one revision of an exercise, and what it was run for.

    `outcomes` grows while it runs: {kind, case, state, duration_ms, broken} each, `broken` empty where the
    case keeps its promise. The row is the truth; the queue's message only points at it.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        PASSED = "passed"
        FAILED = "failed"
        OURS = "ours", "our fault"

    class Then(models.TextChoices):
        """What is done in the name of `requested_by` once every case holds."""

        NOTHING = "", "nothing"
        PUBLISH = "publish", "publish it"
        SUBMIT = "submit", "submit it for review"
        APPROVE = "approve", "approve and publish it"

    UNFINISHED = (State.QUEUED, State.RUNNING)

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="verifications")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, help_text="Of everything that the grades of the cases depend on")
    then = models.CharField(max_length=10, choices=Then, default=Then.NOTHING, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    outcomes = models.JSONField(default=list)
    total = models.PositiveSmallIntegerField(help_text="How many cases there are")
    message = models.TextField(blank=True, help_text="What it waits for, or what became of `then`")
    done_at = models.DateTimeField(null=True, help_text="When `then` was done")

    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    # Who runs it (a random token), and until when nobody else does: a worker that died is not waited for.
    claim = models.UUIDField(null=True, editable=False)
    # How many tries ended with an error of ours that was no outage.
    faults = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    claimed_until = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["exercise", "-created_at"], name="verification_of_exercise"),
            models.Index(fields=["digest", "state"], name="verification_of_digest"),
            models.Index(
                fields=["claimed_until"],
                condition=models.Q(state__in=["queued", "running"]),
                name="verification_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise}: {self.state}"

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED

    @property
    def broken(self) -> list[dict[str, Any]]:
        """The outcomes of the cases that break their promise."""
        return [outcome for outcome in self.outcomes if outcome["broken"]]
