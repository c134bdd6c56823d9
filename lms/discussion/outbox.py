"""Noting that people are to be written to, in the transaction of what they are written about."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lms.discussion import tasks
from lms.discussion.models import Notice, Post, Problem


def note(
    kind: Notice.Kind, *, now: datetime, post: Post | None = None, problem: Problem | None = None
) -> None:
    """Let a worker write, once this is committed, about a post (a reply, a question) or else a problem."""
    notice = Notice.objects.create(kind=kind, post=post, problem=problem, created_at=now)
    transaction.on_commit(lambda: tasks.send(notice.pk))
