"""The groups that moderate, where they were there before discussions were."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from lms.accounts.groups import ROLES
from lms.discussion.spoilers import MODERATE


def ensure_moderators(sender: Any, using: str = "default", **_: Any) -> None:
    """Give the permission to the groups whose role has it, as long as no group has it at all.

    Afterwards it is an administrator's to give and to take.
    """
    create_permissions(sender, verbosity=0, using=using)
    app, codename = MODERATE.split(".")
    permission = (
        Permission.objects.using(using).filter(content_type__app_label=app, codename=codename).first()
    )
    if permission is None or permission.group_set.exists():
        return
    names = [name for name, role in ROLES.items() if MODERATE in role.anywhere]
    for group in Group.objects.using(using).filter(name__in=names):
        group.permissions.add(permission)
