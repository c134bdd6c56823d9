"""Signing in with another site, the whole way there and back. An adapter of `requests` plays GitHub."""

from __future__ import annotations

import json
import re
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from lms.accounts.models import Learner, User

pytestmark = pytest.mark.django_db
GRACE = "grace@example.org"


class GitHub(requests.adapters.BaseAdapter):
    """Answers as GitHub does: a token for the code, then the profile and the addresses for the token."""

    def __init__(self, email: str, *, verified: bool = True) -> None:
        super().__init__()
        self.emails = [{"email": email, "verified": verified, "primary": True}]
        self.codes: list[str] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        path = urlsplit(request.url).path
        if path == "/login/oauth/access_token":
            self.codes += parse_qs(str(request.body))["code"]
            body: Any = {"access_token": "a-token", "token_type": "bearer", "scope": "user:email"}
        else:
            assert request.headers["Authorization"] == "token a-token"
            body = self.emails if path == "/user/emails" else {"id": 17, "login": "grace", "email": None}
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, str(request.url), request
        answer.headers["Content-Type"] = "application/json"
        answer._content = json.dumps(body).encode()
        return answer

    def close(self) -> None:
        """There is nothing to close."""

    def session(self) -> requests.Session:
        session = requests.Session()
        session.mount("https://", self)
        return session


@pytest.fixture(autouse=True)
def github_is_offered(settings) -> None:
    app = {"client_id": "an-id", "secret": "a-secret"}
    settings.SOCIALACCOUNT_PROVIDERS = {"github": {"APPS": [app], "SCOPE": ["user:email"]}}


def come_from(client: Client, github: GitHub, *, state: str = ""):
    """Go to GitHub, say yes there, and come back. Returns the answer to coming back."""
    leads = client.post("/accounts/github/login/?process=login")["Location"]
    assert leads.startswith("https://github.com/login/oauth/authorize?")
    given = state or parse_qs(urlsplit(leads).query)["state"][0]
    with patch("lms.adapters.SocialAccountAdapter.get_requests_session", lambda self: github.session()):
        return client.get("/accounts/github/login/callback/", {"code": "said-yes", "state": given})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_somebody_new_has_an_account_afterwards_and_the_same_one_next_time(client: Client):
    github = GitHub(GRACE)
    assert come_from(client, github)["Location"] == "/"
    assert github.codes == ["said-yes"]
    assert is_signed_in(client)
    user = User.objects.get()
    assert (user.email, user.has_usable_password()) == (GRACE, False)
    assert EmailAddress.objects.get(user=user).verified
    assert Learner.objects.get().user == user
    again = Client()
    come_from(again, github)
    assert again.session["_auth_user_id"] == str(user.pk)
    assert User.objects.count() == SocialAccount.objects.count() == 1


def test_an_answer_that_was_not_asked_for_signs_nobody_in(client: Client):
    github = GitHub(GRACE)
    answer = come_from(client, github, state="made-up")
    assert answer.status_code in (200, 401)
    assert not is_signed_in(client)
    assert github.codes == []
    assert not User.objects.exists()


def test_an_address_that_has_an_account_is_not_taken_over(client: Client, user: User):
    come_from(client, GitHub(user.email))
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.get() == user


def test_an_address_that_github_has_not_verified_needs_the_code(client: Client):
    answer = come_from(client, GitHub(GRACE, verified=False))
    assert answer["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    code = re.search(r"^ +(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]
    client.post("/accounts/confirm-email/", {"code": code})
    assert is_signed_in(client)
