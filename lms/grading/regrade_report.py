"""What a regrade would change, for whoever decides about it: counted by verdict, and by learner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from lms.accounts.models import Learner
from lms.grading.models import Regrade, Regraded, Submission

MOST_SHOWN = 200


@dataclass(frozen=True)
class Report:
    """`moves` are verdicts that change, {before, after, attempts, learners} each.

    `gain` and `lose` count learners who would come to have the exercise done, or not any more, and are None
    unless somebody has to decide; `changed` are the attempts whose verdict changes, MOST_SHOWN of them.
    """

    attempts: int
    graded: int
    applied: int
    learners: int
    moves: list[dict[str, Any]]
    gain: int | None
    lose: int | None
    changed: list[Regraded]

    @property
    def changes(self) -> int:
        return sum(move["attempts"] for move in self.moves)


def report_on(regrade: Regrade) -> Report:
    """Five queries at most, whatever the number of attempts."""
    totals = regrade.attempts.aggregate(
        attempts=Count("pk"),
        graded=Count("pk", filter=~Q(state="")),
        applied=Count("applied_at"),
        learners=Count("submission__learner", distinct=True),
    )
    changed = regrade.attempts.exclude(state="").exclude(state=F("state_before"))
    moves = (
        changed.values(before=F("state_before"), after=F("state"))
        .annotate(attempts=Count("pk"), learners=Count("submission__learner", distinct=True))
        .order_by("before", "after")
    )
    # The page of one that is at work asks every second, and shows neither.
    gain, lose = _done(regrade) if regrade.state == Regrade.State.READY else (None, None)
    shown = changed.select_related("submission__learner__user").defer("checks", "output", "submission__files")
    return Report(
        **totals,
        moves=[dict(move) for move in moves],
        gain=gain,
        lose=lose,
        changed=list(shown.order_by("submission__created_at")[:MOST_SHOWN]),
    )


def _done(regrade: Regrade) -> tuple[int, int]:
    """Return how many learners come to have passed the exercise, and how many have not any more."""
    passed_before = regrade.attempts.filter(state_before="passed")
    passed_after = regrade.attempts.filter(state="passed")
    others = Submission.objects.filter(exercise=regrade.exercise_id, state="passed").exclude(
        pk__in=regrade.attempts.values("submission")
    )
    before, after = (
        Learner.objects.filter(
            Q(pk__in=rows.values("submission__learner")) | Q(pk__in=others.values("learner"))
        )
        for rows in (passed_before, passed_after)
    )
    return after.exclude(pk__in=before).count(), before.exclude(pk__in=after).count()
