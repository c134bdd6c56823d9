"""The verbs of comments on exercises: said, resolved, opened again; whoever takes part is written to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from content import tasks
from content.models import Exercise, Remark, RemarkNotice


@transaction.atomic
def remark(*, exercise: Exercise, author: Any, text: str, now: datetime) -> Remark:
    """Add a comment, and let a worker write to the others who take part in it once this is committed."""
    made = Remark.objects.create(exercise=exercise, author=author, text=text, created_at=now)
    notice = RemarkNotice.objects.create(remark=made, created_at=now)
    transaction.on_commit(lambda: tasks.send_letters(notice.pk))
    return made


def resolve(*, remark: Remark, by: Any, wanted: bool, now: datetime) -> None:
    """Close a comment, or open it again. Of two at the same time one closes it."""
    changes = {"closed_at": now, "closed_by": by} if wanted else {"closed_at": None, "closed_by": None}
    Remark.objects.filter(pk=remark.pk, closed_at__isnull=wanted).update(**changes)
