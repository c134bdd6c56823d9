"""What beat does by itself."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from lms.operations.retention import prune

logger = logging.getLogger(__name__)


# Acknowledged at once: what takes longer than the broker waits for would be begun again beside itself.
@shared_task(name="operations.prune_old_data", acks_late=False)
def prune_old_data() -> None:
    """Remove what is over; the log says how much."""
    logger.info("pruned", extra={f"removed_{name}": count for name, count in prune(timezone.now()).items()})
