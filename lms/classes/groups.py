"""The group that teaches."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

TEACHERS = "Teachers"
TEACH = "classes.teach"
SEE_EVERYBODY = "classes.see_everybody"


def ensure_teachers(sender: Any, using: str = "default", **_: Any) -> None:
    """Make sure of the group Teachers, whose members open classes of their own. Safe to call again.

    To see learners who are in no class of one's own takes SEE_EVERYBODY, which is an administrator's.
    """
    create_permissions(sender, verbosity=0, using=using)
    found = Permission.objects.using(using).filter(
        content_type__app_label="classes", codename=TEACH.partition(".")[2]
    )
    group, _is_new = Group.objects.using(using).get_or_create(name=TEACHERS)
    group.permissions.add(*found)
