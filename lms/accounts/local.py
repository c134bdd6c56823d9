"""The two accounts of an installation on somebody's own machine: a learner and an instructor."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from lms.accounts.groups import ensure_instructors
from lms.accounts.models import User

ROLES = ("learner", "instructor")


class LocalAccountsError(Exception):
    """The accounts cannot be made here. The message says why and what to do."""


@dataclass(frozen=True)
class LocalAccount:
    """`password` is None where a person has chosen another one than ours."""

    role: str
    email: str
    password: str | None


def ensure_local_accounts() -> list[LocalAccount]:
    """Make sure of a learner and an instructor, and return them with the passwords that open them.

    The passwords stand in VAR_DIR/accounts.json, for the owner's eyes only. If that file is gone, new ones
    are set. A password that a person has changed is left alone. Raises LocalAccountsError on an
    installation that is more than the embedded default: nobody wants accounts there with known addresses.
    """
    if not settings.LOCAL_ACCOUNTS:
        raise LocalAccountsError(
            "Local accounts are only for the embedded default: without DATABASE_URL, outside production."
        )
    stored = _read()
    with transaction.atomic():
        accounts = [_ensure(role, stored.get(role)) for role in ROLES]
    # After the commit: a password in the file that the database has not got would look like a changed one.
    _write({account.role: account.password or stored[account.role] for account in accounts})
    return accounts


def _ensure(role: str, stored: str | None) -> LocalAccount:
    email = f"{role}@example.com"
    user = User.objects.filter(email__iexact=email).first()
    if user is not None and stored is not None:
        password = stored if user.check_password(stored) else None
    else:
        password = stored or secrets.token_urlsafe(12)
        user = user or User(email=email)
        user.set_password(password)
        user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": _may_be_primary(user, email)}
    )
    if role == "instructor":
        user.groups.add(ensure_instructors())
        User.objects.filter(pk=user.pk, is_staff=False).update(is_staff=True)
    return LocalAccount(role, email, password)


def _may_be_primary(user: User, email: str) -> bool:
    return not EmailAddress.objects.filter(user=user, primary=True).exclude(email=email).exists()


def _path() -> Path:
    return Path(settings.VAR_DIR) / "accounts.json"


def _read() -> dict[str, str]:
    """Return the stored passwords by role; nothing where there is no file."""
    try:
        data = json.loads(_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise LocalAccountsError(f"{_path()} is damaged. Delete it, and new passwords are set.") from error
    if not isinstance(data, dict) or not all(isinstance(value, str) and value for value in data.values()):
        raise LocalAccountsError(f"{_path()} is damaged. Delete it, and new passwords are set.")
    return data


def _write(passwords: dict[str, str]) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(passwords, file, indent=1)
    draft.replace(path)
