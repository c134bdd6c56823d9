"""What Celery's beat asks of the dashboard."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from lms.classes.figures import refresh_large
from lms.dashboard.teach.outline import outline


@shared_task(name="dashboard.refresh_figures")
def refresh_figures() -> int:
    """Make the figures of large classes, and of everybody, again; return how many had changed."""
    return refresh_large(outline().asks, timezone.now())
