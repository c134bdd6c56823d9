"""Submissions whose grade failed again and again by a fault of ours: kept, and left to an administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from lms.grading.models import Submission

# With the pauses of `run.RETRY_AFTER` and after them those are three hours.
MOST_FAULTS = 40
MESSAGE = (
    "Something went wrong while grading, on our side, again and again. Your work is kept. "
    "Somebody who runs the course has to mend this, and have it graded then."
)

State = Submission.State


def set_aside() -> dict[str, Any]:
    """Return the values of a submission that is not tried again by itself."""
    return {
        "state": State.OURS,
        "checks": [],
        "message": MESSAGE,
        "retry_at": None,
        "claim": None,
        "claimed_until": None,
    }


def try_again(submissions: QuerySet[Submission], *, now: datetime) -> int:
    """Have those that wait by a fault of ours graded at the next look of beat; return how many there are."""
    return submissions.filter(state=State.OURS).update(retry_at=now, faults=0)
