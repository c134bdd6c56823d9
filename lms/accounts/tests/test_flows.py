"""Signing up, in, out, and the ways back in: as a browser sees them."""

from __future__ import annotations

import re
import time
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core import mail
from django.test import Client

from lms.accounts.models import Learner, User
from lms.accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "grace@example.org"
CONFIRM = "/accounts/confirm-email/"


def sign_up(client: Client, email: str = NEW, password: str = PASSWORD):
    return client.post("/accounts/signup/", {"email": email, "password1": password})


def log_in(client: Client, email: str, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def sent_code() -> str:
    return re.search(r"^ +(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_sign_up_asks_for_the_code_and_lets_in_with_it(client: Client):
    assert sign_up(client)["Location"] == CONFIRM
    assert mail.outbox[0].to == [NEW]
    assert not is_signed_in(client)
    assert NEW in client.get(CONFIRM).content.decode()
    assert client.post(CONFIRM, {"code": sent_code()})["Location"] == "/"
    assert is_signed_in(client)
    assert EmailAddress.objects.get(email=NEW).verified
    assert Learner.objects.get().user.email == NEW


def test_a_wrong_code_lets_nobody_in_and_three_end_it(client: Client):
    sign_up(client)
    right = sent_code()
    for _ in range(2):
        response = client.post(CONFIRM, {"code": "WRONG1"})
        assert "Incorrect code" in response.content.decode()
    client.post(CONFIRM, {"code": "WRONG1"})
    client.post(CONFIRM, {"code": right})
    assert not is_signed_in(client)
    assert not EmailAddress.objects.get(email=NEW).verified


@pytest.mark.parametrize(("later", "opens"), [(-5, True), (5, False)])
def test_the_code_of_sign_up_is_void_after_ten_minutes(client: Client, later: int, opens: bool):
    sign_up(client)
    assert "ten minutes" in mail.outbox[0].body
    now = time.time() + 600 + later
    with patch("allauth.account.internal.flows.code_verification.time.time", return_value=now):
        client.post(CONFIRM, {"code": sent_code()})
    assert is_signed_in(client) is opens
    assert EmailAddress.objects.get(email=NEW).verified is opens


def test_the_code_of_sign_up_holds_in_the_browser_that_signed_up(client: Client):
    sign_up(client)
    other = Client()
    other.post(CONFIRM, {"code": sent_code()})
    assert not is_signed_in(other)
    assert not EmailAddress.objects.get(email=NEW).verified


def test_a_new_code_can_be_sent_and_the_old_one_is_void(client: Client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    sign_up(client)
    old = sent_code()
    client.post(CONFIRM, {"action": "resend"})
    new = sent_code()
    assert (len(mail.outbox), old == new) == (2, False)
    client.post(CONFIRM, {"code": old})
    assert not is_signed_in(client)
    client.post(CONFIRM, {"code": new})
    assert is_signed_in(client)


def test_the_page_that_asks_for_the_code_links_to_the_mailbox_where_there_is_one(client: Client, settings):
    settings.LOCAL_MAILBOX = True
    sign_up(client)
    here = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"}
    assert 'href="/mailbox/"' in client.get(CONFIRM, **here).content.decode()
    assert (
        'href="/mailbox/"' not in client.get(CONFIRM, **{**here, "REMOTE_ADDR": "10.0.0.9"}).content.decode()
    )
    settings.LOCAL_MAILBOX = False
    assert 'href="/mailbox/"' not in client.get(CONFIRM, **here).content.decode()


def test_without_the_code_the_password_only_leads_back_to_it(client: Client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    sign_up(client)
    other = Client()
    assert log_in(other, NEW)["Location"] == CONFIRM
    assert not is_signed_in(other)


def test_signing_up_with_a_taken_address_looks_just_like_signing_up(client: Client, user: User):
    taken, free = Client(), Client()
    answers = [sign_up(taken, user.email), sign_up(free, NEW)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, CONFIRM)] * 2
    pages = [c.get(CONFIRM).content.decode().replace(e, "X") for c, e in ((taken, user.email), (free, NEW))]
    assert without_tokens(pages[0]) == without_tokens(pages[1])
    wrong = [c.post(CONFIRM, {"code": "WRONG1"}).content.decode() for c in (taken, free)]
    assert without_tokens(wrong[0].replace(user.email, "X")) == without_tokens(wrong[1].replace(NEW, "X"))
    assert User.objects.filter(email=user.email).count() == 1


def test_the_owner_of_a_taken_address_is_told_by_mail(client: Client, user: User):
    sign_up(client, user.email)
    assert "already have an account" in mail.outbox[0].subject
    assert "/accounts/password/reset/" in mail.outbox[0].body


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(user: User):
    answers = [log_in(Client(), user.email, "wrong"), log_in(Client(), "nobody@example.org", "wrong")]
    pages = [answer.content.decode() for answer in answers]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "are not correct" in pages[0]
    assert without_tokens(pages[0].replace(user.email, "X")) == without_tokens(
        pages[1].replace("nobody@example.org", "X")
    )


def test_a_reset_of_an_unknown_address_looks_like_one_of_a_known_one(user: User):
    answers = [Client().post("/accounts/password/reset/", {"email": email}) for email in (user.email, NEW)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, "/accounts/password/reset/done/")] * 2


def test_an_address_is_the_same_in_capitals(client: Client, user: User):
    log_in(client, "ADA@Example.ORG")
    assert is_signed_in(client)
    sign_up(Client(), "Ada@EXAMPLE.org")
    assert User.objects.count() == 1


def test_guessing_a_password_is_stopped_after_a_few_tries(user: User):
    for _ in range(5):
        log_in(Client(), user.email, "wrong")
    client = Client()
    body = log_in(client, user.email).content.decode()
    assert "Too many failed login attempts" in body
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": NEW, "password1": "12345678"}, "too common"),
        ({"email": NEW, "password1": "x1z"}, "too short"),
        ({"email": "no address", "password1": PASSWORD}, "valid email"),
        ({"email": NEW}, "required"),
    ],
)
def test_a_bad_sign_up_says_what_is_wrong(client: Client, fields, words):
    response = client.post("/accounts/signup/", fields)
    assert (response.status_code, words in response.content.decode()) == (200, True)
    assert not User.objects.exists()


def test_signing_out_needs_a_post(client: Client, user: User):
    log_in(client, user.email)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert not is_signed_in(client)


def test_the_password_is_reset_by_the_link_once(client: Client, user: User):
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
    form = client.get(link)["Location"]
    response = client.post(form, {"password1": "another long one", "password2": "another long one"})
    assert response["Location"] == "/accounts/password/reset/key/done/"
    user.refresh_from_db()
    assert user.check_password("another long one")
    assert "not good any more" in Client().get(link).content.decode()


def test_a_changed_password_signs_out_everywhere_else(client: Client, user: User):
    elsewhere = Client()
    log_in(client, user.email)
    log_in(elsewhere, user.email)
    fields = {"oldpassword": PASSWORD, "password1": "another long one", "password2": "another long one"}
    client.post("/accounts/password/change/", fields)
    assert client.get("/accounts/email/").status_code == 200
    assert elsewhere.get("/accounts/email/").status_code == 302
    assert "changed" in mail.outbox[-1].body


def test_a_second_factor_is_asked_for_and_the_work_comes_along_after_it(client: Client, user: User):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    log_in(client, user.email)
    assert not is_signed_in(client)
    assert not Learner.objects.exists()
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_signed_in(client)
    assert Learner.objects.get().user == user


@pytest.mark.parametrize("url", ["/cms/", "/cms/login/", "/django-admin/", "/django-admin/login/"])
def test_the_admins_send_to_our_own_sign_in(client: Client, url: str):
    response = client.get(url, follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert response.status_code == 200


@pytest.mark.parametrize("url", ["/cms/", "/django-admin/"])
def test_a_learner_is_refused_by_the_admins_without_running_in_circles(client: Client, user: User, url: str):
    log_in(client, user.email)
    response = client.get(url, follow=True)
    assert response.status_code == 403


def test_the_way_back_to_the_admin_is_kept(client: Client, user: User):
    User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    page = client.get("/cms/pages/", follow=True).content.decode()
    wanted = re.search(r'name="next"\s+value="([^"]+)"', page)[1]
    response = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD, "next": wanted})
    assert response["Location"] == "/cms/pages/"


PAGES = [
    "login/",
    "signup/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/done/",
    "inactive/",
]
OWN_PAGES = [
    "logout/",
    "email/",
    "password/change/",
    "2fa/",
    "2fa/totp/activate/",
    "reauthenticate/",
    "3rdparty/",
]


@pytest.mark.parametrize("path", PAGES)
def test_pages_for_everybody_are_in_our_look(client: Client, path: str):
    assert_our_look(client.get(f"/accounts/{path}", follow=True))


@pytest.mark.parametrize("path", OWN_PAGES)
def test_pages_of_an_account_are_in_our_look(client: Client, user: User, path: str):
    log_in(client, user.email)
    assert_our_look(client.get(f"/accounts/{path}", follow=True))


def assert_our_look(response) -> None:
    body = response.content.decode()
    assert response.status_code == 200
    assert 'class="site-header"' in body
    assert body.count("<h1") == 1
    assert "Django Mastery</title>" in body
    assert " style=" not in body
    scripts = re.findall(r"<script\b([^>]*)>", body)
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert "script-src" in response["Content-Security-Policy"]


def without_tokens(body: str) -> str:
    body = re.sub(r'(name="csrfmiddlewaretoken" value|name="csrf-token" content)="[^"]*"', "", body)
    return re.sub(r"nonce[=-][^\s;>]+", "", body)
