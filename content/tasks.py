"""What Celery does for the content: what is due is published, and what is over goes."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command


@shared_task(name="content.publish_scheduled")
def publish_scheduled() -> None:
    """Publish drafts of lessons and exercises whose time has come, and withdraw those that have expired."""
    call_command("publish_scheduled", verbosity=0)
