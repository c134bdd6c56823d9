"""What moderators do. Each is refused with NotAllowed for anybody else."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from lms.accounts.models import User
from lms.discussion.models import Complaint, Notice, Post, Problem, Thread
from lms.discussion.outbox import note
from lms.discussion.spoilers import may_moderate
from lms.discussion.writing import NotAllowed


@transaction.atomic
def hide(*, user: User, post: Post, wanted: bool, now: datetime) -> None:
    """Keep a post's text from everybody but its author and the moderators, or show it again."""
    _require(user)
    # Nobody makes it the answer meanwhile.
    list(Thread.objects.select_for_update().filter(pk=post.thread_id).values_list("pk"))
    post.hidden_at = now if wanted else None
    post.save(update_fields=["hidden_at"])
    if wanted:
        Thread.objects.filter(answer=post).update(answer=None)


def lock(*, user: User, thread: Thread, wanted: bool, now: datetime) -> None:
    """Let nobody reply any more, or let them again."""
    _require(user)
    thread.locked_at = now if wanted else None
    thread.save(update_fields=["locked_at"])


def close(*, user: User, report: Problem | Complaint, wanted: bool, now: datetime) -> None:
    """Close a report, or open it again. Who reported a problem is told, once, that it was looked at.

    A complaint stays closed where the same person has complained about the post again: that one is open.
    """
    _require(user)
    values = {"closed_at": now, "closed_by": user} if wanted else {"closed_at": None, "closed_by": None}
    try:
        with transaction.atomic():
            # Of two moderators at once, one closes it.
            still = type(report).objects.filter(pk=report.pk, closed_at__isnull=wanted)
            if still.update(**values) and wanted and isinstance(report, Problem):
                note(Notice.Kind.CLOSED, problem=report, now=now)
    except IntegrityError:
        return


def _require(user: User) -> None:
    if not may_moderate(user):
        raise NotAllowed
