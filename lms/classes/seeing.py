"""Who may see whom: a teacher the learners of the own classes, an administrator everybody.

Every page and every file about learners starts here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lms.accounts.models import Learner, User
from lms.classes.models import Cohort, Membership

# What an address names besides the classes, by their numbers.
EVERYBODY, MINE = "everybody", "mine"
# Groups have them by lms/accounts/groups.py.
TEACH = "classes.teach"
SEE_EVERYBODY = "classes.see_everybody"


@dataclass(frozen=True)
class Scope:
    """Whose numbers a page shows: a class's, those of all classes of a teacher, or else everybody's."""

    cohort: Cohort | None
    teacher: User | None = None

    @property
    def name(self) -> str:
        if self.cohort:
            return self.cohort.name
        return "All my classes" if self.teacher else "Everybody"

    @property
    def value(self) -> str:
        """How an address names it."""
        if self.cohort:
            return str(self.cohort.pk)
        return MINE if self.teacher else EVERYBODY

    @property
    def query(self) -> str:
        """What an address of a page ends with, to stay in this scope."""
        return f"?class={self.value}"

    def members(self) -> QuerySet[Membership] | None:
        """Return the memberships of the scope's classes; None for everybody."""
        if self.cohort:
            return Membership.objects.filter(cohort=self.cohort)
        return Membership.objects.filter(cohort__teachers=self.teacher) if self.teacher else None

    def restrict(self, rows: QuerySet[Any], field: str = "learner") -> QuerySet[Any]:
        """Return those of the rows whose learner is in the scope; `field` leads to the learner."""
        members = self.members()
        return rows if members is None else rows.filter(**{f"{field}__in": members.values("learner_id")})

    def size(self) -> int:
        """Count the learners. Who is in two of a teacher's classes is one."""
        members = self.members()
        if members is None:
            return Learner.objects.count()
        return members.values("learner_id").distinct().count()


def may_teach(user: Any) -> bool:
    """Whether the user may open the teacher's pages. They are staff's, who prove a second factor."""
    return bool(user.is_active and user.is_staff and (user.has_perm(TEACH) or user.has_perm(SEE_EVERYBODY)))


def sees_everybody(user: Any) -> bool:
    return bool(user.is_active and user.has_perm(SEE_EVERYBODY))


def teaches_several(user: Any) -> bool:
    """Whether the user has classes to look at together."""
    return len(Cohort.objects.filter(teachers=user).values_list("pk")[:2]) == 2


def visible_cohorts(user: Any) -> QuerySet[Cohort]:
    if sees_everybody(user):
        return Cohort.objects.all()
    return Cohort.objects.filter(teachers=user)


def visible_learners(user: Any) -> QuerySet[Learner]:
    if sees_everybody(user):
        return Learner.objects.all()
    members = Membership.objects.filter(cohort__teachers=user).values("learner_id")
    return Learner.objects.filter(pk__in=members)


def find_scope(user: Any, wanted: str) -> Scope | None:
    """Return the scope that an address asks for; None where there is none that this user may see.

    Without a wish it is everybody for who sees everybody, else the own class that began last.
    """
    if wanted == EVERYBODY or (not wanted and sees_everybody(user)):
        return Scope(None) if sees_everybody(user) else None
    if wanted == MINE:
        return Scope(None, user) if Cohort.objects.filter(teachers=user).exists() else None
    found = visible_cohorts(user)
    if wanted:
        found = found.filter(pk=wanted) if wanted.isascii() and wanted.isdecimal() else found.none()
    cohort = found.order_by("-starts_on", "-pk").first()
    return Scope(cohort) if cohort else None
