"""Work that somebody ordered and that fails by a fault of ours: a verification, a regrade, a trial.

It is tried for half an hour, less and less often, and then left to who ordered it. An outage (no jail, no
broker) is no fault: it is waited for, however long it lasts.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Case, F, PositiveSmallIntegerField, When

# What nobody has taken for so long is sent again.
RETRY_AFTER = timedelta(seconds=15)
MOST_FAULTS = 8
TRIED_AGAIN = "Something went wrong, on our side. It is tried again."
GIVEN_UP = "Something went wrong, on our side, again and again. An administrator finds it in the log."


def wait_after(faults: int) -> timedelta:
    """Return how long it is left alone after so many faults; beat sends it RETRY_AFTER later.

    With that it is 15 seconds, then twice as long each time.
    """
    return RETRY_AFTER * (2 ** (faults - 1) - 1)


def faults_at_claim(running: str) -> Case:
    """Return what `faults` becomes when a row is taken: who had it, and never gave it back, died of it."""
    return Case(
        When(state=running, claim__isnull=False, then=F("faults") + 1),
        default=F("faults"),
        output_field=PositiveSmallIntegerField(),
    )
