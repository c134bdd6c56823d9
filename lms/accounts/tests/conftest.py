from __future__ import annotations

from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache

from lms.accounts.models import User

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings) -> Path:
    """A var/ folder of the test's own, and no attempts counted yet."""
    cache.clear()
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def user(db) -> User:
    user = User.objects.create_user("ada@example.org", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def to_mailbox(settings) -> None:
    """Mail goes where it goes without a mail server; Django's test runner puts it elsewhere."""
    settings.EMAIL_BACKEND = "lms.accounts.mailbox.MailboxBackend"
    settings.LOCAL_MAILBOX = True
