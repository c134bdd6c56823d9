"""Letters about comments on exercises, which a worker writes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from content.models import Remark, RemarkNotice
from lms.letters import delivery


def deliver(notice_id: int) -> bool:
    """Write the next letters about a comment; return whether there are more to be written now."""
    found = RemarkNotice.objects.select_related("remark__exercise", "remark__author")
    return delivery.deliver(found, notice_id, _next_letters, now=timezone.now())


def others(remark: Remark) -> list[Any]:
    """Return who else has said something about the exercise, and who changed it last."""
    revision = remark.exercise.get_latest_revision()
    said = Q(pk__in=Remark.objects.filter(exercise=remark.exercise).values("author"))
    changed = Q(pk__in=[revision.user_id] if revision and revision.user_id else [])
    active = get_user_model().objects.filter(said | changed, is_active=True)
    users = active.order_by("pk")
    return [
        user for user in users if user.pk != remark.author_id and user.has_perm("content.change_exercise")
    ]


def _next_letters(notice: RemarkNotice) -> delivery.Addressed:
    users = [user for user in others(notice.remark) if user.pk > notice.told_up_to][: delivery.PORTION]
    return users, [(user, _letter(notice.remark, user)) for user in users]


def _letter(remark: Remark, user: Any) -> EmailMessage:
    path = reverse("exercise_remarks", args=[remark.exercise_id])
    address = f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}#remark-{remark.pk}"
    who = remark.author or "A former account"
    body = f"{who} says of {remark.exercise}:\n\n{remark.text}\n\n{address}\n"
    return EmailMessage(f"[Django Mastery] Comment on {remark.exercise}", body, to=[user.email])
