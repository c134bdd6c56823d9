"""What is not kept for ever. Each rule says what it would remove, and removes it, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet

from lms.accounts.models import Learner
from lms.api.models import ApiToken
from lms.grading.models import Regrade, Regraded, Submission

BATCH = 500
State = Submission.State
# A lesson's "cancelled" has no verdict either: nobody looks at it again.
NOT_PASSED = (State.FAILED, State.ERROR, State.TIMEOUT, State.CANCELLED)
# When a question comes back: up to a year ahead, and nothing that anybody did.
AHEAD = ("due_at",)


@dataclass(frozen=True)
class Rule:
    """`old` is what is over at a moment; `remove` takes a batch of it."""

    name: str
    what: str
    old: Callable[[datetime], QuerySet[Any]]
    remove: Callable[[QuerySet[Any], datetime], int]


def prune(now: datetime, *, dry_run: bool = False) -> dict[str, int]:
    """Remove what is over; return how many of each there were. With `dry_run` nothing changes."""
    found = {}
    for rule in RULES:
        if dry_run:
            found[rule.name] = rule.old(now).count()
            continue
        found[rule.name] = 0
        # Short transactions: whoever hands in at this moment does not wait for the end of it.
        while keys := list(rule.old(now).values_list("pk", flat=True)[:BATCH]):
            found[rule.name] += remove_batch(rule, keys, now)
    return found


@transaction.atomic
def remove_batch(rule: Rule, keys: Sequence[Any], now: datetime) -> int:
    """Remove those of the rows that are old still: a visitor may have signed up since they were found."""
    model = rule.old(now).model
    list(model.objects.select_for_update().filter(pk__in=keys).values_list("pk"))
    return rule.remove(rule.old(now).filter(pk__in=keys), now)


def old_attempts(now: datetime) -> QuerySet[Submission]:
    """Attempts that did not pass, whose code goes: never a learner's last one of an exercise.

    One that is just being graded again keeps its code until somebody has decided about that.
    """
    later = Submission.objects.filter(
        learner=OuterRef("learner"), exercise=OuterRef("exercise"), created_at__gt=OuterRef("created_at")
    )
    again = Regraded.objects.filter(submission=OuterRef("pk"), regrade__state__in=Regrade.OPEN)
    return Submission.objects.filter(
        Exists(later),
        ~Exists(again),
        state__in=NOT_PASSED,
        cleared_at=None,
        finished_at__lt=now - timedelta(days=settings.KEEP_ATTEMPTS_DAYS),
    )


def forgotten_visitors(now: datetime) -> QuerySet[Learner]:
    """Visitors without an account who have done nothing for long: no session leads to them any more."""
    since = now - timedelta(days=settings.KEEP_VISITORS_DAYS)
    visitors = Learner.objects.filter(user=None, created_at__lt=since, certificates=None)
    for relation in Learner._meta.related_objects:
        model: Any = relation.related_model
        for column in model._meta.get_fields():
            if isinstance(column, models.DateTimeField) and column.name not in AHEAD:
                lately = {relation.field.name: OuterRef("pk"), f"{column.name}__gte": since}
                visitors = visitors.exclude(Exists(model.objects.filter(**lately)))
    return visitors


def _clear(attempts: QuerySet[Submission], now: datetime) -> int:
    Regraded.objects.filter(submission__in=attempts).update(checks=[], output="", message="")
    return attempts.update(files={}, checks=[], output="", message="", cleared_at=now)


def _delete(rows: QuerySet[Any], now: datetime) -> int:
    count = rows.count()
    rows.delete()
    return count


RULES = (
    Rule("attempts", "code and results of old attempts that did not pass", old_attempts, _clear),
    Rule("visitors", "visitors without an account, and what they did", forgotten_visitors, _delete),
    Rule(
        "sessions", "sessions that are over", lambda now: Session.objects.filter(expire_date__lt=now), _delete
    ),
    Rule(
        "sign-ins",
        "what the account page lists of sessions that are gone: address and browser",
        # Not by NOT IN: PostgreSQL would read all sessions again for each sign-in.
        lambda now: UserSession.objects.filter(
            ~Exists(Session.objects.filter(session_key=OuterRef("session_key")))
        ),
        _delete,
    ),
    Rule(
        "keys", "keys of the API that are over", lambda now: ApiToken.objects.filter(expiry__lt=now), _delete
    ),
)
