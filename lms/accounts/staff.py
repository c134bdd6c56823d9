"""Staff status goes with a role: whoever an administrator puts into its group has it from then on.

The form of an account in the admin has groups, and nothing else that would say who belongs to the staff.
Groups that are not a role's change nothing.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q

from lms.accounts.groups import ROLES
from lms.accounts.models import User


def on_groups(instance: User | Group, action: str, pk_set: set[int] | None, reverse: bool, **_: Any) -> None:
    """The groups of an account, or the accounts of a group, have changed."""
    if action == "post_add":
        users = User.objects.filter(pk__in=pk_set or ()) if reverse else User.objects.filter(pk=instance.pk)
        users.filter(groups__name__in=ROLES, is_staff=False).update(is_staff=True)
    elif action == "post_clear" or (action == "post_remove" and _of_a_role(instance, pk_set)):
        # Of those who are left by a group that is cleared nobody tells here: their permissions are gone,
        # and with them all that staff status alone would open.
        users = User.objects.filter(pk__in=pk_set or ()) if reverse else User.objects.filter(pk=instance.pk)
        own = Q(is_superuser=True) | Q(groups__name__in=ROLES) | Q(user_permissions__isnull=False)
        users.filter(is_staff=True).exclude(pk__in=users.filter(own).values("pk")).update(is_staff=False)
    if not reverse and action.startswith("post_"):
        instance.refresh_from_db(fields=["is_staff"])


def _of_a_role(instance: User | Group, pk_set: set[int] | None) -> bool:
    """Whether the group, or one of the groups, is a role's."""
    if isinstance(instance, Group):
        return instance.name in ROLES
    return Group.objects.filter(pk__in=pk_set or (), name__in=ROLES).exists()
