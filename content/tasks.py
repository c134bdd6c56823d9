"""What Celery does for the content: what is due is published, what is over goes, and letters are written."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from content import remark_letters
from content.models import RemarkNotice
from lms.letters import delivery


@shared_task(name="content.publish_scheduled")
def publish_scheduled() -> None:
    """Publish drafts of lessons and exercises whose time has come, and withdraw those that have expired."""
    call_command("publish_scheduled", verbosity=0)


@shared_task(name="content.write_about_remark")
def write_about_remark(notice_id: int) -> None:
    """Write some letters about a comment on an exercise, and send the next message."""
    if remark_letters.deliver(notice_id):
        send_letters(notice_id)


@shared_task(name="content.write_left_over")
def write_left_over() -> None:
    """Send again what waits without a message."""
    for notice_id in delivery.left_over(RemarkNotice.objects.all(), timezone.now()):
        send_letters(notice_id)


def send_letters(notice_id: int) -> None:
    delivery.enqueue(write_about_remark, notice_id)
