"""A button that a script answers does nothing before that script is there."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from lms.accounts.models import User
from lms.accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def buttons(page: str) -> dict[str, bool]:
    """Return whether each button with an id waits for passkeys.js, by its id."""
    found = re.findall(r"<button\b[^>]*>", page)
    ids = {match[1]: tag for tag in found if (match := re.search(r'\bid="([^"]+)"', tag))}
    return {name: " data-passkey disabled" in re.sub(r"\s+", " ", tag) for name, tag in ids.items()}


def test_the_one_to_sign_in_waits():
    assert buttons(Client().get("/accounts/login/").text)["passkey_login"]


def test_the_one_that_adds_a_passkey_waits_and_no_other(user: User):
    client = Client()
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert buttons(client.get("/accounts/2fa/webauthn/add/").text) == {"mfa_webauthn_add": True}
    assert "data-passkey" not in client.get("/accounts/2fa/totp/activate/").text
