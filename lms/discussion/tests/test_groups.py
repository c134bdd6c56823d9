"""Who moderates: the groups of the roles, until an administrator decides otherwise."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from lms.accounts.groups import AUTHORS, TEACHERS
from lms.discussion.groups import ensure_moderators

pytestmark = pytest.mark.django_db


def moderating() -> set[str]:
    return set(Permission.objects.get(codename="moderate").group_set.values_list("name", flat=True))


def test_groups_that_were_there_before_are_given_the_permission_once():
    for name in (TEACHERS, AUTHORS, "Friends"):
        Group.objects.get_or_create(name=name)
    Permission.objects.get(codename="moderate").group_set.clear()
    ensure_moderators(apps.get_app_config("discussion"))
    assert moderating() == {TEACHERS, AUTHORS}
    Group.objects.get(name=AUTHORS).permissions.clear()
    ensure_moderators(apps.get_app_config("discussion"))
    assert moderating() == {TEACHERS}, "what was taken away does not come back"
