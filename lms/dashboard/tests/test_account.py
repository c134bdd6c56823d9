"""An account's own page, its data and its end."""

from __future__ import annotations

import json

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from lms.accounts.models import Learner, User
from lms.dashboard.data import FIELDS
from lms.progress.models import Note

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def user(db) -> User:
    cache.clear()
    user = User.objects.create_user("ada@example.org", PASSWORD, first_name="Ada")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def ada(client: Client, user: User) -> Learner:
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    learner = Learner.objects.get(user=user)
    Note.objects.create(learner=learner, lesson="csrf", text="SameSite", updated_at=timezone.now())
    return learner


def test_whatever_refers_to_a_learner_is_in_the_export():
    related = {relation.related_model for relation in Learner._meta.related_objects}
    assert related == set(FIELDS)


def test_the_export_has_the_owners_words_and_no_secret(client: Client, ada: Learner):
    data = json.loads(client.get("/account/data.json").content)
    assert data["account"]["email"] == "ada@example.org"
    assert data["learning"]["Note"][0]["text"] == "SameSite"
    assert ada.user.password not in json.dumps(data)
    assert len(data["sessions"]) == 1


@pytest.mark.parametrize("path", ["/account/data.json", "/account/delete/"])
def test_it_takes_a_recent_proof(client: Client, ada: Learner, path: str):
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3_600
    session.save()
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/")


@pytest.mark.parametrize("path", ["/account/", "/account/data.json", "/account/delete/"])
def test_nobody_else_gets_there(path: str):
    assert Client().get(path)["Location"].startswith("/accounts/login/")


def test_an_account_goes_with_all_that_is_its(client: Client, ada: Learner):
    other = Client()
    other.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})
    assert client.post("/account/delete/", {"email": "bob@example.org"}).status_code == 400
    assert User.objects.exists()
    client.post("/account/delete/", {"email": " ADA@example.org "})
    assert not User.objects.exists() and not Learner.objects.exists() and not Note.objects.exists()
    assert other.get("/account/").status_code == 302
    assert not any("_auth_user_id" in session.get_decoded() for session in Session.objects.all())


def test_staff_is_not_removed_by_itself(client: Client, ada: Learner):
    User.objects.update(is_staff=True)
    page = client.post("/account/delete/", {"email": "ada@example.org"})
    assert page.status_code == 400 and "administrator" in page.content.decode()
    assert User.objects.exists()
