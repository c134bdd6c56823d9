from __future__ import annotations

import secrets
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lms.accounts.models import Learner, User


def new_token() -> str:
    """Return what nobody guesses: 128 random bits, for a link."""
    return secrets.token_urlsafe(16)


class Cohort(models.Model):
    """A class: people who do the course together, and those who teach them."""

    name = models.CharField(max_length=120)
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", null=True, blank=True)
    teachers = models.ManyToManyField(User, related_name="cohorts")
    # Whoever knows it may join; without one nobody can.
    join_token = models.CharField(max_length=43, unique=True, null=True, blank=True, default=new_token)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        permissions: ClassVar = [
            ("teach", "Can open classes, and see how their learners do"),
            ("see_everybody", "Can see every learner and every class"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="cohort_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def has_ended(self, today: date) -> bool:
        return self.ends_on is not None and self.ends_on < today

    def has_started(self, today: date) -> bool:
        return self.starts_on <= today


class Membership(models.Model):
    """That a learner is in a class. Leaving ends it, and with it what the teacher sees."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="memberships")
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="memberships")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "learner"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.learner} in {self.cohort}"
