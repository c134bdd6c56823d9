"""The verbs of a class: opened, joined by a link, left."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from lms.accounts.models import Learner, User
from lms.classes.models import Cohort, Figures, Membership
from lms.classes.models.cohorts import new_token


class CannotJoin(Exception):
    """The message is for whoever has the link."""


@transaction.atomic
def open_class(*, teacher: User, name: str, starts_on: date, ends_on: date | None = None) -> Cohort:
    """Return a new class with its first teacher and a join link."""
    cohort = Cohort.objects.create(name=name, starts_on=starts_on, ends_on=ends_on)
    cohort.teachers.add(teacher)
    return cohort


def renew_link(cohort: Cohort) -> None:
    """Give the class another link; the old one leads nowhere from now on."""
    cohort.join_token = new_token()
    cohort.save(update_fields=["join_token"])


def revoke_link(cohort: Cohort) -> None:
    """From now on nobody can join; who is in the class stays."""
    cohort.join_token = None
    cohort.save(update_fields=["join_token"])


def find_by_link(token: str) -> Cohort | None:
    return Cohort.objects.prefetch_related("teachers").filter(join_token=token).first()


@transaction.atomic
def join(*, cohort: Cohort, learner: Learner, token: str, now: datetime, today: date) -> bool:
    """Make the learner a member; return whether that is new. Raises CannotJoin.

    `token` is that of the link: it may have been taken back since the page was shown.
    """
    locked = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if Membership.objects.filter(cohort=locked, learner=learner).exists():
        return False
    if locked.join_token != token:
        raise CannotJoin("This link is not in use any more. Ask your teacher for another one.")
    if locked.has_ended(today):
        raise CannotJoin("This class has ended.")
    Membership.objects.create(cohort=locked, learner=learner, joined_at=now)
    _forget_figures(cohort)
    return True


@transaction.atomic
def leave(*, cohort: Cohort, learner: Learner) -> bool:
    """End the membership; return whether there was one."""
    removed, _ = Membership.objects.filter(cohort=cohort, learner=learner).delete()
    _forget_figures(cohort)
    return bool(removed)


def _forget_figures(cohort: Cohort) -> None:
    """Numbers that were kept of a large class are of other people now."""
    Figures.objects.filter(cohort=cohort).delete()
