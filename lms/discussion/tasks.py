"""What Celery runs. Messages may be lost or come twice; the rows say what is left to do."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from lms.discussion import notices

logger = logging.getLogger(__name__)


@shared_task(name="discussion.deliver")
def deliver(notice_id: int) -> None:
    """Write some letters, and send the next message."""
    if notices.deliver(notice_id):
        send(notice_id)


@shared_task(name="discussion.deliver_left_over")
def deliver_left_over() -> None:
    """Send again what waits without a message."""
    for notice_id in notices.left_over(timezone.now()):
        send(notice_id)


def send(notice_id: int) -> None:
    """Put a message into the queue. Where the broker cannot be reached, beat does it when it is back."""
    try:
        deliver.delay(notice_id)
    except (OperationalError, OSError) as error:
        logger.error("the queue is out of reach for notice %s: %s", notice_id, error)
