"""The group that writes the course."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

INSTRUCTORS = "Instructors"

_PAGES = ("add_page", "change_page", "publish_page")
# Wagtail asks for the permissions of its own image model, whatever model takes its place.
_IMAGES = ("add_image", "change_image", "choose_image")
# The exercises are a snippet of `content`, which stands above this package: named, not imported.
_EVERYWHERE = (
    ("wagtailadmin", "access_admin"),
    ("content", "add_exercise"),
    ("content", "change_exercise"),
    ("content", "view_exercise"),
)


class PermissionsMissing(Exception):
    """The database has not been migrated as far as the group needs it."""


@transaction.atomic
def ensure_instructors() -> Group:
    """Return the group whose members may write and publish lessons, with the permissions that this takes.

    Safe to call again: adds what is missing, takes nothing away. Raises PermissionsMissing.
    """
    group, _ = Group.objects.get_or_create(name=INSTRUCTORS)
    root = Page.get_first_root_node()
    collection = Collection.get_first_root_node()
    if root is None or collection is None:
        raise PermissionsMissing("There is no root page or collection yet: run `manage.py migrate` first.")
    group.permissions.add(*(_permission(app, codename) for app, codename in _EVERYWHERE))
    for codename in _PAGES:
        GroupPagePermission.objects.get_or_create(
            group=group, page=root, permission=_permission("wagtailcore", codename)
        )
    for codename in _IMAGES:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=_permission("wagtailimages", codename)
        )
    return group


def _permission(app_label: str, codename: str) -> Permission:
    found = Permission.objects.filter(content_type__app_label=app_label, codename=codename).first()
    if found is None:
        raise PermissionsMissing(
            f"The permission {app_label}.{codename} does not exist yet: run `manage.py migrate` first."
        )
    return found
