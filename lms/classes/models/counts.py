"""Running counts: what a dashboard reads instead of every attempt that was ever made.

They are written in the same transaction as the thing that they count, and can be made again from those
things by `manage.py recount`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from content.models import Exercise
from lms.accounts.models import Learner
from lms.classes.models.cohorts import Cohort

# Who has tried so often in vain, and lately, is stuck.
STUCK_TRIES = 5


class Tally(models.Model):
    """A learner's attempts at an exercise. Only those with a verdict count: not cancelled, not our fault."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="tallies")
    attempts = models.PositiveIntegerField()
    first_at = models.DateTimeField(help_text="When the first attempt was handed in")
    last_at = models.DateTimeField(help_text="When the latest attempt was handed in")
    # The submission's id; the rows themselves belong to lms.grading, above this package.
    latest = models.UUIDField()
    passed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the first that passed was handed in"
    )
    tries_to_pass = models.PositiveIntegerField(null=True, blank=True)
    seconds_to_pass = models.PositiveIntegerField(
        null=True, blank=True, help_text="From the first attempt to the first that passed"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "exercise"], name="tally_once"),
            models.CheckConstraint(
                condition=Q(passed_at__isnull=True, tries_to_pass__isnull=True, seconds_to_pass__isnull=True)
                | Q(passed_at__isnull=False, tries_to_pass__gte=1, seconds_to_pass__isnull=False),
                name="tally_passed_or_not",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-last_at"],
                condition=Q(passed_at__isnull=True, attempts__gte=STUCK_TRIES),
                name="tally_stuck",
            )
        ]

    def __str__(self) -> str:
        return f"{self.exercise} by {self.learner}: {self.attempts} attempts"


class FailurePattern(models.Model):
    """One way in which an exercise was not passed: which checks failed, or that nothing could be checked."""

    exercise = models.ForeignKey(
        Exercise, on_delete=models.CASCADE, related_name="failure_patterns", db_index=False
    )
    key = models.CharField(max_length=40, help_text="Of the state and the names: see counting.py")
    state = models.CharField(max_length=10, help_text="failed, error or timeout")
    checks = models.JSONField(default=list, help_text="[[name, title], …] of the checks that failed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exercise", "key"], name="failure_pattern_once")]

    def __str__(self) -> str:
        return f"{self.exercise}: {', '.join(name for name, _title in self.checks) or self.state}"


class Failure(models.Model):
    """How often a learner met a pattern, and where it was met last."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="failures", db_index=False)
    pattern = models.ForeignKey(
        FailurePattern, on_delete=models.CASCADE, related_name="failures", db_index=False
    )
    times = models.PositiveIntegerField()
    latest = models.UUIDField(help_text="The submission's id")
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "pattern"], name="failure_once")]
        # A pattern's latest example is the first entry.
        indexes = [models.Index(fields=["pattern", "-last_at"], name="failure_latest")]

    def __str__(self) -> str:
        return f"{self.pattern} by {self.learner}, {self.times} times"


class Standing(models.Model):
    """How far a learner is in a lesson, as numbers. What the lesson asks for is not stored here."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="standings", db_index=False)
    lesson = models.CharField(max_length=100, db_index=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    # By it the numbers of a large class know that they are old. What is graded late was done long before.
    counted_at = models.DateTimeField(
        null=True, db_index=True, editable=False, help_text="When this row was written last"
    )
    read = models.BooleanField(default=False)
    missions = models.PositiveSmallIntegerField(default=0, help_text="How many missions are done")
    passed = models.PositiveSmallIntegerField(default=0, help_text="How many exercises are passed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson"], name="standing_once")]

    def __str__(self) -> str:
        return f"{self.learner} in {self.lesson}"


class Figures(models.Model):
    """The numbers of all lessons and exercises for a class that is large, or for everybody (no class).

    Small classes are counted when somebody looks; these are made again every minute or two, by beat.
    """

    cohort = models.ForeignKey(
        Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="figures"
    )
    lessons = models.JSONField(help_text="By lesson: the fields of figures.LessonFigures")
    exercises = models.JSONField(help_text="By exercise: the fields of figures.ExerciseFigures")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "figures"
        constraints = [
            models.UniqueConstraint(Coalesce("cohort", models.Value(0)), name="figures_once_a_scope")
        ]

    def __str__(self) -> str:
        return f"Figures of {self.cohort or 'everybody'}"
