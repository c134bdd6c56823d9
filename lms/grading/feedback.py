"""What teachers say of an attempt: given, found, read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from content.models import Exercise
from lms.accounts.models import Learner, User
from lms.grading.models import Feedback, Submission

MOST_SHOWN = 50


def give_feedback(*, submission: Submission, author: User, text: str, now: datetime) -> Feedback:
    """Add a comment (Markdown) to the attempt. Who may do so is the caller's to know."""
    return Feedback.objects.create(submission=submission, author=author, text=text, created_at=now)


def feedback_for(learner: Learner | None, exercise: Exercise | None = None) -> QuerySet[Feedback]:
    """Return what was said of the learner's attempts, the newest first; of one exercise, or of all."""
    if learner is None:
        return Feedback.objects.none()
    found = Feedback.objects.filter(submission__learner=learner)
    if exercise is not None:
        found = found.filter(submission__exercise=exercise)
    return (
        found.select_related("author", "submission__exercise")
        .defer("submission__files", "submission__checks", "submission__output")
        .order_by("-created_at", "-pk")
    )


def mark_feedback_read(*, learner: Learner, ids: Collection[int], now: datetime) -> int:
    """Note that the learner has seen these comments; return how many were new. Others' are left alone."""
    return Feedback.objects.filter(pk__in=ids, submission__learner=learner, read_at__isnull=True).update(
        read_at=now
    )
