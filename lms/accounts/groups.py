"""Who may do what in the admin: a group for each role, and the review that authors' work goes through.

What is above this package, exercises, classes and discussions, is named here and not imported.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from lms.accounts.models import GivenPermission

INSTRUCTORS = "Instructors"
AUTHORS = "Authors"
REVIEWERS = "Reviewers"
TEACHERS = "Teachers"
ADMINISTRATORS = "Administrators"
REVIEW = "Review"
# The workflow that Wagtail's migrations give to all pages; nobody is in its group.
_WAGTAILS_OWN = "Moderators approval"


@dataclass(frozen=True)
class Role:
    """`about` says what its people do. Permissions are `app.codename`; those of pages hold for the whole
    tree, those of images for all.

    A group of a `complete` role is given whatever it lacks, each time; others are given each permission once.
    """

    about: str
    anywhere: tuple[str, ...]
    pages: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    complete: bool = False

    @property
    def permissions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.anywhere, *self.pages, *self.images)))


_AUTHOR = Role(
    about="write lessons and exercises, and send them to review",
    anywhere=(
        "wagtailadmin.access_admin",
        "content.add_exercise",
        "content.change_exercise",
        "content.view_exercise",
        # Its own, because what it writes is run: taken from this group, authors write all but the checks.
        "content.write_checks",
        "discussion.moderate",
    ),
    pages=("wagtailcore.add_page", "wagtailcore.change_page"),
    # Wagtail asks for the permissions of its own image model, whatever model takes its place.
    images=("wagtailimages.add_image", "wagtailimages.change_image", "wagtailimages.choose_image"),
)
_REVIEWER = Role(
    about="write, review and publish",
    anywhere=(
        *_AUTHOR.anywhere,
        "content.publish_exercise",
        "content.lock_exercise",
        "content.unlock_exercise",
    ),
    pages=(
        *_AUTHOR.pages,
        "wagtailcore.publish_page",
        "wagtailcore.lock_page",
        "wagtailcore.unlock_page",
    ),
    images=_AUTHOR.images,
)
_TEACHER = Role(
    about="open classes, see how their learners do, and answer them",
    anywhere=("classes.teach", "discussion.moderate"),
)
ROLES = {
    AUTHORS: _AUTHOR,
    REVIEWERS: _REVIEWER,
    TEACHERS: _TEACHER,
    ADMINISTRATORS: Role(
        about="all of that, in every class, and load and export",
        anywhere=(
            *_REVIEWER.anywhere,
            *_TEACHER.anywhere,
            "classes.see_everybody",
            "classes.view_cohort",
            "classes.change_cohort",
            "content.change_loadrecord",
            # What could not be graded by a fault of ours, and to have it tried again.
            "grading.view_submission",
            "grading.change_submission",
        ),
        pages=_REVIEWER.pages,
        images=_REVIEWER.images,
    ),
    # One person who writes, publishes and teaches, as on one's own machine.
    INSTRUCTORS: Role(
        about="write, publish and teach, as one person",
        anywhere=(*_REVIEWER.anywhere, *_TEACHER.anywhere),
        pages=_REVIEWER.pages,
        images=_REVIEWER.images,
        complete=True,
    ),
}


class PermissionsMissing(Exception):
    """The database has not been migrated as far as the groups need it."""


@transaction.atomic
def ensure_roles() -> dict[str, Group]:
    """Return the groups by name, with the permissions that each role takes, and make sure of the review.

    A group is given each permission once: one that came with a newer version is added, and what an
    administrator took away does not come back. Only Instructors gets back all of its own: take people out
    of it instead. Raises PermissionsMissing.
    """
    groups = {name: _ensure_group(name, role) for name, role in ROLES.items()}
    _ensure_review(groups[REVIEWERS])
    return groups


def ensure_instructors() -> Group:
    """Return the group whose members write, publish and teach. Raises PermissionsMissing."""
    return ensure_roles()[INSTRUCTORS]


def _ensure_group(name: str, role: Role) -> Group:
    group, _ = Group.objects.get_or_create(name=name)
    before = set(GivenPermission.objects.filter(group=group).values_list("permission", flat=True))
    wanted = [one for one in role.permissions if role.complete or one not in before]
    if not wanted:
        return group
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    if root is None or collection is None:
        raise PermissionsMissing("There is no root page or collection yet: run `manage.py migrate` first.")
    for one in wanted:
        permission = _permission(*one.split("."))
        if one in role.pages:
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
        elif one in role.images:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=permission
            )
        else:
            group.permissions.add(permission)
    GivenPermission.objects.bulk_create(
        [GivenPermission(group=group, permission=one) for one in wanted], ignore_conflicts=True
    )
    return group


def _ensure_review(reviewers: Group) -> None:
    """Give pages and exercises the workflow Review, unless somebody has given them another."""
    workflow, is_new = Workflow.objects.get_or_create(name=REVIEW)
    if is_new:
        task = GroupApprovalTask.objects.create(name="Read by a reviewer")
        task.groups.add(reviewers)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    root = Page.get_first_root_node()
    of_root = WorkflowPage.objects.filter(page=root).select_related("workflow").first()
    if of_root is None or of_root.workflow.name == _WAGTAILS_OWN:
        WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    exercise = ContentType.objects.get_by_natural_key("content", "exercise")
    WorkflowContentType.objects.get_or_create(content_type=exercise, defaults={"workflow": workflow})


def _permission(app_label: str, codename: str) -> Permission:
    found = Permission.objects.filter(content_type__app_label=app_label, codename=codename).first()
    if found is None:
        raise PermissionsMissing(
            f"The permission {app_label}.{codename} does not exist yet: run `manage.py migrate` first."
        )
    return found
