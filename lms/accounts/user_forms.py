"""Accounts in Wagtail's admin: each role says what it is for, and nobody has to have a name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

from lms.accounts.groups import ROLES


def label_of(group: Group) -> str:
    role = ROLES.get(group.name)
    return f"{group.name}: {role.about}" if role else group.name


class _Account:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail's form wants both, and people sign up here with an address alone.
        self.fields["first_name"].required = self.fields["last_name"].required = False
        groups = self.fields["groups"]
        groups.label_from_instance = label_of
        groups.help_text = "Whoever is in a group of a role belongs to the staff, and sees its pages."


class NewAccountForm(_Account, UserCreationForm):
    pass


class AccountForm(_Account, UserEditForm):
    pass


class AccountViewSet(UserViewSet):
    def get_form_class(self, for_update: bool = False) -> type[UserCreationForm] | type[UserEditForm]:
        return AccountForm if for_update else NewAccountForm
