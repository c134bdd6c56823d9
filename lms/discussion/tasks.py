"""What Celery runs. Messages may be lost or come twice; the rows say what is left to do."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from lms.discussion import notices
from lms.discussion.models import Notice
from lms.letters import delivery


@shared_task(name="discussion.deliver")
def deliver(notice_id: int) -> None:
    """Write some letters, and send the next message."""
    if notices.deliver(notice_id):
        send(notice_id)


@shared_task(name="discussion.deliver_left_over")
def deliver_left_over() -> None:
    """Send again what waits without a message."""
    for notice_id in delivery.left_over(Notice.objects.all(), timezone.now()):
        send(notice_id)


def send(notice_id: int) -> None:
    delivery.enqueue(deliver, notice_id)
