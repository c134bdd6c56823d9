"""Working off a table of letters: in portions, by whatever worker is free, whatever is away meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from typing import TypeVar

from celery import Task
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from lms.accounts.models import User
from lms.letters.models import Mailing
from lms.letters.server import BrokenOff, NoServer, Refused, mail_server

logger = logging.getLogger(__name__)
PORTION = 20  # letters between two messages to the workers, who grade as well
MOST_AT_ONCE = 100
CLAIM = timedelta(minutes=5)
RETRY = timedelta(minutes=1)  # where no server answers
RETRY_ONE = timedelta(minutes=5)  # where it refused somebody for now; then after twice as long, and so on
MESSAGE_LOST = timedelta(minutes=15)
GIVE_UP = timedelta(days=2)

# Those who might be written to, and the letters to those of them who are.
Addressed = tuple[list[User], list[tuple[User, EmailMessage]]]
M = TypeVar("M", bound=Mailing)


class _NotNow(Exception):
    """The one to whom this mailing is was refused again."""


def deliver(
    mailings: models.QuerySet[M], pk: int, next_letters: Callable[[M], Addressed], *, now: datetime
) -> bool:
    """Write the next letters of a mailing; return whether there are more to be written now.

    `next_letters` gives the next PORTION of people, in the order of their keys, behind `told_up_to`. Safe to
    call twice, late, or from two workers at once. What cannot be written now is written later (`left_over`),
    until GIVE_UP has passed.
    """
    free = mailings.filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    if not free.filter(pk=pk).update(claimed_until=now + CLAIM, sent_at=None):
        return False
    mailing, mine = mailings.get(pk=pk), mailings.filter(pk=pk)
    try:
        users, letters = next_letters(mailing)
        if mailing.only_id:
            letters = [one for one in letters if one[0].pk == mailing.only_id]
        _write(mailing, letters)
    except Exception as error:
        # No server answers, or something is wrong on our side: written later, or at last given up.
        known = isinstance(error, NoServer | BrokenOff | _NotNow)
        logger.warning("letters of %s wait: %s", _name(mailing), error, exc_info=not known)
        if isinstance(error, NoServer):
            # All others wait with it: each would hold up a worker, which grades as well, for EMAIL_TIMEOUT.
            free.update(claimed_until=timezone.now() + RETRY)
        age = now - mailing.created_at
        if age < GIVE_UP:
            mine.update(claimed_until=now + (max(RETRY_ONE, age) if isinstance(error, _NotNow) else RETRY))
            return False
        logger.error("letters of %s were not sent in %s", _name(mailing), GIVE_UP)
        users = []
    if mailing.only_id or len(users) < PORTION:
        mine.delete()
        return False
    mine.update(told_up_to=users[-1].pk, claimed_until=None, sent_at=timezone.now())
    return True


def left_over(mailings: models.QuerySet[M], now: datetime) -> list[int]:
    """Return the mailings whose message to a worker was lost, whose worker died, or whose time has come.

    Each comes once in MESSAGE_LOST: behind a long queue, every look would add a message for it otherwise.
    """
    waits = Q(claimed_until=None, created_at__lt=now - CLAIM) | Q(claimed_until__lt=now)
    due = mailings.filter(waits).filter(Q(sent_at=None) | Q(sent_at__lt=now - MESSAGE_LOST))
    found = list(due.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    return [pk for pk in found if due.filter(pk=pk).update(sent_at=now)]


def enqueue(task: Task, pk: int) -> None:
    """Put a message into the queue. Where the broker cannot be reached, beat does it when it is back."""
    try:
        task.delay(pk)
    except (OperationalError, OSError) as error:
        logger.error("the queue is out of reach for %s %s: %s", task.name, pk, error)


def _write(mailing: Mailing, letters: list[tuple[User, EmailMessage]]) -> None:
    """Send each, and note it before the next. Raises NoServer, BrokenOff and _NotNow."""
    if not letters:
        return
    mine = type(mailing)._default_manager.filter(pk=mailing.pk)
    with mail_server() as send:
        for user, letter in letters:
            refused = None
            try:
                send(letter)
            except Refused as error:
                if error.for_now and mailing.only_id:
                    raise _NotNow(f"refused to user {user.pk}: {error}") from error
                refused = error
                logger.warning("letter of %s refused to user %s: %s", _name(mailing), user.pk, error)
            with transaction.atomic():
                if refused and refused.for_now:
                    _put_aside(mailing, user, now=timezone.now())
                # A slow server takes its time, and nobody else is to begin meanwhile.
                mine.update(told_up_to=user.pk, claimed_until=timezone.now() + CLAIM)


def _put_aside(mailing: Mailing, user: User, *, now: datetime) -> None:
    """Let one person's letter be tried again by itself."""
    alone = copy(mailing)
    alone.pk, alone._state = None, models.base.ModelState()
    alone.created_at, alone.claimed_until, alone.sent_at = now, now + RETRY_ONE, None
    alone.only, alone.told_up_to = user, user.pk - 1
    alone.save(force_insert=True)


def _name(mailing: Mailing) -> str:
    # Not its title: what people wrote does not belong into a log.
    return f"{type(mailing).__name__.lower()} {mailing.pk}"
