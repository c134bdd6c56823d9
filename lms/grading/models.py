from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Revision

from content.models import Exercise
from lms.accounts.models import Learner, User


def when_lost() -> datetime:
    """Return when a message that is sent now, and is not taken by then, counts as lost."""
    return timezone.now() + timedelta(seconds=settings.MESSAGE_LOST_AFTER)


class Submission(models.Model):
    """One attempt at an exercise. The row is the truth: queue messages and sockets only point at it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        PASSED = "passed"
        FAILED = "failed"
        ERROR = "error", "error in your code"
        TIMEOUT = "timeout"
        CANCELLED = "cancelled"
        OURS = "ours", "our fault, graded later"

    UNFINISHED = (State.QUEUED, State.RUNNING, State.OURS)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="submissions")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="submissions")
    # What the attempt was made on and is graded against, whatever the exercise has become since.
    exercise_digest = models.CharField(max_length=64)
    exercise_revision = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    files = models.JSONField(help_text="What the learner sent: path to text, or null if removed.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    checks = models.JSONField(default=list, blank=True)
    message = models.TextField(blank=True)
    output = models.TextField(blank=True)
    duration_ms = models.FloatField(null=True, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    # Whose turn it is: waiting submissions are graded in this order (lms.grading.queue).
    turn = models.DateTimeField(default=timezone.now, editable=False)
    # Who is grading it (a random token per try), until when nobody else may, and how many tries there were.
    claim = models.UUIDField(null=True, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    # How many of them ended with an error of ours that was no outage (lms.grading.aside).
    faults = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # When its code and results were removed, because it was old and did not pass (lms.operations.retention).
    cleared_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The request that handed it in, by the name that the logs have for it.
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    # When a waiting submission's message is sent again: it was lost, or the fault was ours. Null: never.
    retry_at = models.DateTimeField(default=when_lost, null=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["learner", "exercise", "-created_at"]),
            models.Index(fields=["learner", "created_at"], name="submission_of_learner"),
            models.Index(fields=["learner", "state"], name="submission_at_work"),
            models.Index(fields=["state", "turn"], name="submission_in_turn"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["queued", "running", "ours"]),
                name="submission_unfinished",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, state__in=["queued", "running", "ours"])
                | Q(
                    finished_at__isnull=False,
                    state__in=["passed", "failed", "error", "timeout", "cancelled"],
                ),
                name="submission_finished_exactly_when_decided",
            )
        ]

    def __str__(self) -> str:
        return f"{self.exercise} by {self.learner}: {self.state}"

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED

    def graded_exercise(self) -> Exercise:
        """Return the exercise as it was when this attempt was handed in."""
        if self.exercise_digest == self.exercise.digest or self.exercise_revision is None:
            return self.exercise
        made_on: Exercise = self.exercise_revision.as_object()
        return made_on

    def time_limit(self) -> int:
        """Return how many seconds the grade may take, by the exercise as it was when this was handed in."""
        if self.exercise_digest == self.exercise.digest or self.exercise_revision is None:
            return self.exercise.time_limit
        # Read as it stands: to make the whole exercise of it is the grade's work, and may fail.
        limit: int = self.exercise_revision.content["time_limit"]
        return limit

    def position(self) -> int | None:
        """Return how many submissions are graded before this one, plus one; None unless it is queued."""
        if self.state != self.State.QUEUED:
            return None
        return Submission.objects.filter(state=self.State.QUEUED, turn__lt=self.turn).count() + 1

    def to_json(self) -> dict[str, Any]:
        """Return what pages and sockets are told; the format stands in docs/architecture.md."""
        return {**_verdict_json(self), "position": self.position()}


class Trial(models.Model):
    """An author's check of a draft: graded as an attempt is, and none: nobody's figures have it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        PASSED = "passed"
        FAILED = "failed"
        ERROR = "error", "error in the code"
        TIMEOUT = "timeout"
        CANCELLED = "cancelled"
        BROKEN = "broken", "the draft's checks cannot be run"
        OURS = "ours", "our fault, graded later"
        ASIDE = "aside", "our fault, not graded"

    UNFINISHED = (State.QUEUED, State.RUNNING, State.OURS)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="trials")
    digest = models.CharField(
        max_length=64, help_text="Of what the draft's grades depend on, when it was asked"
    )
    files = models.JSONField(help_text="What was sent: path to text, or null if removed.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    checks = models.JSONField(default=list, blank=True)
    message = models.TextField(blank=True)
    output = models.TextField(blank=True)
    duration_ms = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Who grades it (a random token), and until when nobody else does: a worker that died is not waited for.
    claim = models.UUIDField(null=True, editable=False)
    claimed_until = models.DateTimeField(default=timezone.now, editable=False)
    # How many tries ended with an error of ours that was no outage (lms.grading.ordered).
    faults = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, state__in=["queued", "running", "ours"])
                | Q(
                    finished_at__isnull=False,
                    state__in=["passed", "failed", "error", "timeout", "cancelled", "broken", "aside"],
                ),
                name="trial_finished_exactly_when_decided",
            )
        ]

    def __str__(self) -> str:
        return f"{self.exercise} tried by {self.author}: {self.state}"

    def to_json(self) -> dict[str, Any]:
        """Return what the page is told, as of a submission; nobody counts who is before it."""
        return {**_verdict_json(self), "position": None}


class Draft(models.Model):
    """What a learner has typed and not handed in: `files` are changes against the starter."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="drafts")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="drafts")
    files = models.JSONField(default=dict, blank=True)
    # Goes up with every change: whoever saves says which version they have seen.
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "exercise"], name="draft_one_an_exercise")]

    def __str__(self) -> str:
        return f"{self.exercise} by {self.learner}, version {self.version}"


class Feedback(models.Model):
    """What a teacher says of an attempt. The learner reads it beside the code."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="feedback")
    # The words stay when the teacher's account goes.
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=10_000, help_text="Markdown")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True, help_text="When the learner had it in view")

    class Meta:
        verbose_name_plural = "feedback"

    def __str__(self) -> str:
        return f"{self.author or 'somebody'} on {self.submission_id}"

    @property
    def author_name(self) -> str:
        """Who says it, as the learner is told: an account without a name has an address only."""
        if self.author is None:
            return "A former teacher"
        return self.author.get_full_name() or "Your teacher"


class Regrade(models.Model):
    """All attempts at an exercise that its present checks have not seen, graded by them: first only to look.

    Nothing of an attempt changes before somebody who has read the report applies it.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        READY = "ready", "waiting for a decision"
        APPLYING = "applying"
        APPLIED = "applied"
        DISCARDED = "discarded"

    AT_WORK = (State.RUNNING, State.APPLYING)
    OPEN = (*AT_WORK, State.READY)

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="regrades")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, help_text="The exercise's, as the attempts will have it")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    message = models.TextField(blank=True)
    # Until then the attempts of before it are being noted; from then on they are graded.
    listed_at = models.DateTimeField(null=True, editable=False)
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    # Until when nobody else works on it: a worker that died is not waited for. Null: nobody does any more.
    claimed_until = models.DateTimeField(default=timezone.now, null=True, editable=False)
    # How many steps in a row ended with an error of ours that was no outage, the one at work among them.
    faults = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exercise"],
                condition=Q(state__in=["running", "ready", "applying"]),
                name="regrade_one_open_an_exercise",
            )
        ]

    def __str__(self) -> str:
        return f"{self.exercise}: {self.state}"

    @property
    def is_aside(self) -> bool:
        """Whether it failed so often that it is not tried any more before somebody says so."""
        return self.state in self.AT_WORK and self.claimed_until is None


class Regraded(models.Model):
    """One attempt of a regrade: what it was, and what it would be; `state` is empty until it is graded."""

    regrade = models.ForeignKey(Regrade, on_delete=models.CASCADE, related_name="attempts")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="regraded")
    files_digest = models.CharField(max_length=64, help_text="The same files are graded once")
    digest_before = models.CharField(max_length=64)
    state_before = models.CharField(max_length=10)
    state = models.CharField(max_length=10, blank=True)
    checks = models.JSONField(default=list)
    message = models.TextField(blank=True)
    output = models.TextField(blank=True)
    duration_ms = models.FloatField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["regrade", "submission"], name="regraded_once_a_regrade")
        ]
        indexes = [models.Index(fields=["regrade", "state"], name="regraded_left")]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.state_before} to {self.state or '…'}"


def _verdict_json(row: Submission | Trial) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "exercise": row.exercise.name,
        "state": row.state,
        "message": row.message,
        "output": row.output,
        "duration_ms": row.duration_ms,
        "created_at": _iso(row.created_at),
        "finished_at": _iso(row.finished_at),
        "checks": row.checks,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
