"""The groups of the roles: what each may, and that an administrator's own changes to them stay."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import Page, Workflow

from lms.accounts.groups import ADMINISTRATORS, AUTHORS, REVIEWERS, ROLES, TEACHERS, ensure_roles
from lms.accounts.models import GivenPermission, User

pytestmark = pytest.mark.django_db


def one_of(group: Group) -> User:
    user = User.objects.create_user(f"{group.name}@example.org".lower(), "correct horse", is_staff=True)
    user.groups.add(group)
    return user


def test_who_may_what():
    people = {name: one_of(group) for name, group in ensure_roles().items()}
    may = {
        "write exercises": ("content.change_exercise", {AUTHORS, REVIEWERS, ADMINISTRATORS, "Instructors"}),
        "write checks": ("content.write_checks", {AUTHORS, REVIEWERS, ADMINISTRATORS, "Instructors"}),
        "publish": ("content.publish_exercise", {REVIEWERS, ADMINISTRATORS, "Instructors"}),
        "teach": ("classes.teach", {TEACHERS, ADMINISTRATORS, "Instructors"}),
        "see everybody": ("classes.see_everybody", {ADMINISTRATORS}),
        "change any class": ("classes.change_cohort", {ADMINISTRATORS}),
        "load and export": ("content.change_loadrecord", {ADMINISTRATORS}),
        "have it graded again": ("grading.change_submission", {ADMINISTRATORS}),
        "delete": ("content.delete_exercise", set()),
    }
    found = {
        what: {name for name, user in people.items() if user.has_perm(right)}
        for what, (right, _) in may.items()
    }
    assert found == {what: who for what, (_, who) in may.items()}
    root = Page.get_first_root_node()
    author, reviewer = (root.permissions_for_user(people[name]) for name in (AUTHORS, REVIEWERS))
    assert (author.can_add_subpage(), author.can_publish_subpage()) == (True, False)
    assert (reviewer.can_add_subpage(), reviewer.can_publish_subpage()) == (True, True)


def test_what_an_administrator_changed_stays(capsys):
    author = ensure_roles()[AUTHORS]
    author.permissions.remove(Permission.objects.get(codename="write_checks"))
    teachers = Group.objects.get(name=TEACHERS)
    teachers.permissions.clear()
    call_command("roles")
    assert not teachers.permissions.exists()
    assert "Authors" in capsys.readouterr().out
    assert not one_of(author).has_perm("content.write_checks")
    assert Workflow.objects.filter(name="Review").count() == 1
    assert Group.objects.filter(name=AUTHORS).count() == 1


def test_a_group_that_was_there_is_given_what_its_role_has_got_since_and_nothing_else():
    chiefs = ensure_roles()[ADMINISTRATORS]
    taken = Permission.objects.get(codename="write_checks")
    newer = Permission.objects.get(codename="change_cohort")
    chiefs.permissions.remove(taken, newer)
    GivenPermission.objects.filter(group=chiefs, permission="classes.change_cohort").delete()
    ensure_roles()
    assert not chiefs.permissions.filter(pk=taken.pk).exists()
    assert chiefs.permissions.filter(pk=newer.pk).exists()


def test_groups_from_before_are_remembered_and_their_people_belong_to_the_staff():
    groups = ensure_roles()
    GivenPermission.objects.all().delete()
    groups[AUTHORS].permissions.remove(Permission.objects.get(codename="write_checks"))
    groups[ADMINISTRATORS].permissions.remove(Permission.objects.get(codename="view_cohort"))
    early, other = (User.objects.create_user(f"{name}@example.org", "correct horse") for name in ("a", "b"))
    early.groups.add(groups[TEACHERS])
    User.objects.filter(pk=early.pk).update(is_staff=False)

    rows = import_module("lms.accounts.migrations.0004_roles_that_were_there")
    rows.remember_what_was_given(apps, None)
    rows.raise_to_staff(apps, None)
    ensure_roles()

    assert User.objects.get(pk=early.pk).is_staff
    assert not User.objects.get(pk=other.pk).is_staff
    assert not one_of(groups[AUTHORS]).has_perm("content.write_checks")
    assert one_of(groups[ADMINISTRATORS]).has_perm("classes.view_cohort")
    for name, group in groups.items():
        given = GivenPermission.objects.filter(group=group).values_list("permission", flat=True)
        assert set(given) == set(ROLES[name].permissions), "the next deployment has nothing more to give"


def test_pages_and_exercises_are_reviewed_by_reviewers():
    groups = ensure_roles()
    workflow = Page.get_first_root_node().get_workflow()
    assert workflow.name == "Review"
    assert workflow.workflow_content_types.get().content_type.model == "exercise"
    assert list(workflow.tasks.get().specific.groups.all()) == [groups[REVIEWERS]]


def test_who_gets_a_role_belongs_to_the_staff_and_who_loses_the_last_one_does_not():
    groups = ensure_roles()
    user = User.objects.create_user("new@example.org", "correct horse")
    other = Group.objects.create(name="Choir")
    user.groups.add(other)
    assert not User.objects.get(pk=user.pk).is_staff
    user.groups.add(groups[TEACHERS], groups[AUTHORS])
    assert user.is_staff
    user.groups.remove(groups[AUTHORS])
    assert User.objects.get(pk=user.pk).is_staff
    groups[TEACHERS].user_set.remove(user)
    assert not User.objects.get(pk=user.pk).is_staff
    groups[TEACHERS].user_set.add(user)
    assert User.objects.get(pk=user.pk).is_staff
    user.refresh_from_db()
    user.groups.set([other])
    assert not user.is_staff


def test_staff_by_other_means_stays():
    groups = ensure_roles()
    root = User.objects.create_superuser("root@example.org", "correct horse")
    own = User.objects.create_user("own@example.org", "correct horse", is_staff=True)
    own.user_permissions.add(Permission.objects.get(codename="moderate"))
    for user in (root, own):
        user.groups.add(groups[TEACHERS])
        user.groups.clear()
        assert User.objects.get(pk=user.pk).is_staff


def test_a_group_that_is_no_roles_takes_nobody_from_the_staff():
    choir, helpers = Group.objects.create(name="Choir"), Group.objects.create(name="Helpers")
    user = User.objects.create_user("helper@example.org", "correct horse", is_staff=True)
    user.groups.add(choir, helpers)
    user.groups.remove(choir)
    assert User.objects.get(pk=user.pk).is_staff
    helpers.user_set.remove(user)
    assert User.objects.get(pk=user.pk).is_staff


def test_an_administrator_makes_a_teacher_in_the_admin(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    groups = ensure_roles()
    client.force_login(User.objects.create_superuser("root@example.org", "correct horse"))
    user = User.objects.create_user("new@example.org", "correct horse")
    address = f"/cms/users/edit/{user.pk}/"
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    labels = [str(label) for _, label in form.fields["groups"].choices]
    assert f"Teachers: {ROLES[TEACHERS].about}" in labels
    answer = client.post(address, {**data, "is_active": "on", "groups": [groups[TEACHERS].pk]})
    assert answer.status_code == 302, answer.context["form"].errors
    client.force_login(user)
    assert client.get("/teach/").status_code == 200
