"""The two accounts of somebody's own machine, and the group of those who write the course."""

from __future__ import annotations

import json
import stat
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

from lms.accounts.groups import ensure_instructors
from lms.accounts.local import LocalAccountsError, ensure_local_accounts
from lms.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def local(settings) -> None:
    settings.LOCAL_ACCOUNTS = True


def passwords() -> dict[str, str | None]:
    return {account.role: account.password for account in ensure_local_accounts()}


def can_sign_in(role: str, password: str) -> bool:
    client = Client()
    client.post("/accounts/login/", {"login": f"{role}@example.com", "password": password})
    return "_auth_user_id" in client.session


def test_a_learner_and_an_instructor_are_made_and_can_sign_in():
    made = passwords()
    assert set(made) == {"learner", "instructor"}
    assert len(set(made.values())) == 2
    assert all(can_sign_in(role, password) for role, password in made.items())
    assert all(EmailAddress.objects.values_list("verified", flat=True))
    assert list(User.objects.filter(is_staff=True).values_list("email", flat=True)) == [
        "instructor@example.com"
    ]
    assert not User.objects.filter(is_superuser=True).exists()


def test_the_passwords_are_kept_for_the_owner_s_eyes_and_told_again(var: Path):
    first = passwords()
    assert stat.S_IMODE((var / "accounts.json").stat().st_mode) == 0o600
    assert json.loads((var / "accounts.json").read_text()) == first
    assert passwords() == first
    assert User.objects.count() == 2


def test_when_the_file_is_lost_new_passwords_are_set(var: Path):
    first = passwords()
    (var / "accounts.json").unlink()
    second = passwords()
    assert not set(first.values()) & set(second.values())
    assert can_sign_in("learner", second["learner"])
    assert not can_sign_in("learner", first["learner"])


def test_when_the_database_is_lost_the_known_passwords_hold():
    first = passwords()
    User.objects.all().delete()
    assert passwords() == first
    assert can_sign_in("instructor", first["instructor"])


def test_a_password_changed_by_hand_is_left_alone_and_said_so():
    first = passwords()
    learner = User.objects.get(email="learner@example.com")
    learner.set_password("one of my own")
    learner.save()
    for _ in range(2):
        assert passwords() == {"learner": None, "instructor": first["instructor"]}
    assert can_sign_in("learner", "one of my own")


@pytest.mark.parametrize("text", ["{", "[]", '{"learner": 7}', '{"learner": ""}'])
def test_a_damaged_file_is_an_error_that_says_what_to_do(var: Path, text: str):
    (var / "accounts.json").write_text(text)
    with pytest.raises(LocalAccountsError, match=r"accounts\.json is damaged\. Delete it"):
        ensure_local_accounts()


def test_elsewhere_than_on_one_s_own_machine_there_are_none(settings):
    settings.LOCAL_ACCOUNTS = False
    with pytest.raises(LocalAccountsError, match="only for the embedded default"):
        ensure_local_accounts()
    with pytest.raises(CommandError, match="only for the embedded default"):
        call_command("local_accounts")
    assert not User.objects.exists()


def test_the_command_prints_what_somebody_needs_to_sign_in():
    out = StringIO()
    call_command("local_accounts", stdout=out)
    for account in ensure_local_accounts():
        assert f"{account.email}  {account.password}" in out.getvalue()


def test_instructors_may_write_and_publish_and_choose_pictures_and_enter_the_admin():
    ensure_local_accounts()
    instructor = User.objects.get(email="instructor@example.com")
    root = Page.get_first_root_node().permissions_for_user(instructor)
    assert (root.can_add_subpage(), root.can_publish_subpage(), root.can_edit()) == (True, True, False)
    assert instructor.has_perm("wagtailadmin.access_admin")
    assert instructor.has_perms(["content.add_exercise", "content.change_exercise"])
    assert not instructor.has_perm("content.delete_exercise")
    assert not instructor.has_perm("accounts.change_user")
    images = policy_registry.get_by_type(get_image_model())
    assert all(images.user_has_permission(instructor, action) for action in ("add", "change", "choose"))


def test_an_instructor_s_admin_opens(client: Client):
    password = passwords()["instructor"]
    client.post("/accounts/login/", {"login": "instructor@example.com", "password": password})
    for url in ("/cms/", "/cms/pages/1/", "/cms/images/", "/cms/snippets/content/exercise/"):
        assert client.get(url).status_code == 200, url


def test_making_the_group_again_changes_nothing():
    group = ensure_instructors()

    def rights() -> list[int]:
        return [
            group.permissions.count(),
            group.page_permissions.count(),
            group.collection_permissions.count(),
        ]

    before = rights()
    assert ensure_instructors() == group
    assert (rights(), Group.objects.filter(name="Instructors").count()) == (before, 1)
