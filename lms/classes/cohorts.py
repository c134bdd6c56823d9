"""The verbs of a class: opened, taught together, joined by a link, left."""

from __future__ import annotations

import logging
from datetime import date, datetime

from django.db import transaction

from lms.accounts.models import Learner, User
from lms.classes.models import Cohort, Figures, Membership
from lms.classes.models.cohorts import new_token
from lms.classes.seeing import may_teach

logger = logging.getLogger(__name__)


class CannotJoin(Exception):
    """The message is for whoever has the link."""


class CannotTeach(Exception):
    """The message is for whoever wants to add a teacher."""


class LastTeacher(Exception):
    """Without this one nobody could get at the class. The message is for whoever takes them out."""


@transaction.atomic
def open_class(*, teacher: User, name: str, starts_on: date, ends_on: date | None = None) -> Cohort:
    """Return a new class with its first teacher and a join link."""
    cohort = Cohort.objects.create(name=name, starts_on=starts_on, ends_on=ends_on)
    cohort.teachers.add(teacher)
    return cohort


@transaction.atomic
def add_teacher(*, cohort: Cohort, email: str, by: User) -> tuple[User, bool]:
    """Let whoever has this address teach the class too; return them, and whether that is new.

    Raises CannotTeach, in the same words for an address that nobody has as for an account that does not
    teach: who has an account is nobody's business.
    """
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None or not may_teach(user):
        raise CannotTeach(
            "No teacher has this address. An administrator can put an account into the group Teachers."
        )
    _hold(cohort)
    is_new = not cohort.teachers.filter(pk=user.pk).exists()
    cohort.teachers.add(user)
    if is_new:
        logger.info("user %s lets user %s teach class %s", by.pk, user.pk, cohort.pk)
    return user, is_new


@transaction.atomic
def remove_teacher(*, cohort: Cohort, teacher: User, by: User) -> bool:
    """End that somebody teaches the class; return whether they did. Raises LastTeacher."""
    _hold(cohort)
    if not cohort.teachers.filter(pk=teacher.pk).exists():
        return False
    if not any(may_teach(other) for other in cohort.teachers.exclude(pk=teacher.pk)):
        raise LastTeacher("A class needs somebody who teaches it. Add another teacher first.")
    cohort.teachers.remove(teacher)
    logger.info("user %s ends that user %s teaches class %s", by.pk, teacher.pk, cohort.pk)
    return True


def _hold(cohort: Cohort) -> Cohort:
    """Let nobody else join, add or leave until the transaction ends; return the class as it is now."""
    return Cohort.objects.select_for_update().get(pk=cohort.pk)


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
    locked = _hold(cohort)
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
