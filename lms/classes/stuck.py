"""Who is stuck now: many attempts at an exercise, none passed, the last one lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from lms.classes.models import Tally
from lms.classes.models.counts import STUCK_TRIES
from lms.classes.seeing import Scope

LATELY = timedelta(days=7)


def stuck(scope: Scope, now: datetime) -> QuerySet[Tally]:
    """Return the tallies of who is stuck, the latest attempt first."""
    found = Tally.objects.filter(passed_at__isnull=True, attempts__gte=STUCK_TRIES, last_at__gte=now - LATELY)
    return scope.restrict(found).order_by("-last_at", "pk")


def is_stuck(tally: Tally, now: datetime) -> bool:
    """Whether `stuck` would return this tally."""
    often_lately = tally.attempts >= STUCK_TRIES and tally.last_at >= now - LATELY
    return tally.passed_at is None and often_lately
