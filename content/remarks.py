"""The verbs of comments on exercises: said, resolved, opened again; whoever takes part is written to."""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from content.models import Exercise, Remark

logger = logging.getLogger(__name__)


@transaction.atomic
def remark(*, exercise: Exercise, author: Any, text: str, now: datetime) -> Remark:
    """Add a comment, and write to the others who take part in it."""
    made = Remark.objects.create(exercise=exercise, author=author, text=text, created_at=now)
    transaction.on_commit(lambda: _tell(made))
    return made


def resolve(*, remark: Remark, by: Any, wanted: bool, now: datetime) -> None:
    """Close a comment, or open it again. Of two at the same time one closes it."""
    changes = {"closed_at": now, "closed_by": by} if wanted else {"closed_at": None, "closed_by": None}
    Remark.objects.filter(pk=remark.pk, closed_at__isnull=wanted).update(**changes)


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


def _tell(remark: Remark) -> None:
    path = reverse("exercise_remarks", args=[remark.exercise_id])
    address = f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}#remark-{remark.pk}"
    body = f"{remark.author} says of {remark.exercise}:\n\n{remark.text}\n\n{address}\n"
    for user in others(remark):
        try:
            send_mail(f"[Django Mastery] Comment on {remark.exercise}", body, None, [user.email])
        except (SMTPException, OSError):
            # The page has it: a letter that is not sent loses nothing.
            logger.exception("the letter about comment %s to user %s was not sent", remark.pk, user.pk)
