"""Who is graded when. Learners take turns: who hands in much at once does not keep the others waiting.

A submission's `turn` is the moment from which it counts as waiting. That is now, or, while others of the same
learner wait or run, APART later than the last of them. So a burst is spread out, whoever comes a moment later
goes between its parts, and nobody waits for ever: a turn that has come stays before all that come after it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from lms.grading.models import Submission

APART = timedelta(seconds=5)
NEWER = "You handed in a newer version of this exercise before this one was graded."

State = Submission.State


def next_turn(mine: QuerySet[Submission], now: datetime) -> datetime:
    """Return the turn of a new submission of the learner whose submissions `mine` are."""
    last = mine.filter(state__in=(State.QUEUED, State.RUNNING)).aggregate(last=Max("turn"))["last"]
    return max(now, last + APART) if last is not None else now


def supersede(mine: QuerySet[Submission], now: datetime) -> tuple[list[Submission], datetime | None]:
    """Cancel what waits of `mine`, one learner's submissions of one exercise: a newer one is there.

    Return these, and the place in the queue that they leave to it. One that is being graded stays.
    """
    waiting = list(mine.filter(state__in=(State.QUEUED, State.OURS)).select_for_update())
    ids = [submission.pk for submission in waiting]
    if ids:
        still = Submission.objects.filter(pk__in=ids, state__in=(State.QUEUED, State.OURS))
        still.update(state=State.CANCELLED, message=NEWER, finished_at=now, claim=None, claimed_until=None)
    return waiting, min((submission.turn for submission in waiting), default=None)
