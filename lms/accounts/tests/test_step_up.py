"""Second factors: staff needs one, everybody may have one; and the other ways in."""

from __future__ import annotations

import re
import time
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.cache import cache
from django.test import Client

from lms.accounts.models import SecondFactor, User
from lms.accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(user: User, settings) -> User:
    settings.STAFF_SECOND_FACTOR = True
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def log_in(client: Client, user: User):
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def code_for(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def prove(client: Client) -> None:
    """Give the password once more: changes of factors ask for it."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def enrol(client: Client) -> str:
    """Add an authenticator app, and return its secret."""
    prove(client)
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session[totp.SECRET_SESSION_KEY]
    # allauth tells of it after the commit, and still in the request; a test's transaction has no commit.
    with patch("allauth.mfa.totp.internal.flows.transaction.on_commit", lambda tell: tell()):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert answer.status_code == 302
    cache.clear()  # a code is good once, and the next step of half a minute is not waited for
    return secret


@pytest.mark.parametrize("path", ["/cms/", "/cms/pages/", "/django-admin/", "/django-admin/accounts/user/"])
def test_staff_without_a_factor_is_led_to_enrol_one(client: Client, staff: User, path: str):
    log_in(client, staff)
    assert client.get(path)["Location"] == "/accounts/2fa/"


def test_staff_that_enrols_gets_in(client: Client, staff: User):
    log_in(client, staff)
    enrol(client)
    assert client.get("/cms/").status_code == 200
    assert SecondFactor.objects.get(user=staff)


def test_staff_with_a_factor_is_asked_for_it_at_sign_in(client: Client, staff: User):
    log_in(client, staff)
    secret = enrol(client)
    other = Client()
    assert log_in(other, staff)["Location"].startswith("/accounts/2fa/authenticate/")
    assert other.get("/cms/")["Location"].startswith("/cms/login/")
    other.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert other.get("/cms/").status_code == 200


def test_a_wrong_code_opens_nothing(client: Client, staff: User):
    log_in(client, staff)
    secret = enrol(client)
    other = Client()
    log_in(other, staff)
    wrong = f"{(int(code_for(secret)) + 1) % 1_000_000:06}"
    other.post("/accounts/2fa/authenticate/", {"code": wrong})
    assert "_auth_user_id" not in other.session
    assert "otp_device_id" not in other.session


def test_a_session_that_proved_no_factor_is_asked_for_it(client: Client, staff: User):
    log_in(client, staff)
    secret = enrol(client)
    session = client.session
    del session["otp_device_id"]
    session.save()
    asked = client.get("/cms/pages/?q=1")["Location"]
    assert asked == "/accounts/2fa/reauthenticate/?next=%2Fcms%2Fpages%2F%3Fq%3D1"
    assert client.post(asked, {"code": code_for(secret)})["Location"] == "/cms/pages/?q=1"
    assert client.get("/cms/").status_code == 200


def test_removing_the_factor_closes_every_session(client: Client, staff: User):
    log_in(client, staff)
    enrol(client)
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(type="totp").exists()
    assert client.get("/cms/")["Location"] == "/accounts/2fa/"


def test_another_users_device_verifies_nobody(client: Client, staff: User):
    thief = User.objects.create_user("thief@example.org", PASSWORD, is_staff=True, is_superuser=True)
    device = SecondFactor.objects.create(user=staff, name="allauth")
    client.force_login(thief)
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    assert client.get("/cms/").status_code == 302


def test_whoever_may_enter_wagtails_admin_needs_one_staff_or_not(client: Client, user: User, settings):
    settings.STAFF_SECOND_FACTOR = True
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert not user.is_staff
    client.force_login(user)
    answer = client.get("/cms/")
    assert answer.status_code == 302
    assert answer.url == "/accounts/2fa/"


def test_learners_need_none(client: Client, user: User, settings):
    settings.STAFF_SECOND_FACTOR = True
    log_in(client, user)
    assert client.get("/account/").status_code == 200


def test_the_device_checks_by_allauths_app_and_slows_down(user: User):
    device = SecondFactor.objects.create(user=user, name="allauth")
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    assert not device.verify_token("000000") or code_for(secret) == "000000"
    assert not device.verify_is_allowed()[0]
    device.throttle_reset()
    code = code_for(secret)
    assert device.verify_token(code)
    assert not device.verify_token(code), "it holds once"


def test_a_code_by_mail_signs_in(client: Client, user: User):
    assert client.post("/accounts/login/code/", {"email": user.email}).status_code == 302
    code = re.search(r"^ +(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_asking_for_a_code_does_not_tell_who_has_an_account(client: Client, user: User):
    known = client.post("/accounts/login/code/", {"email": user.email})
    unknown = Client().post("/accounts/login/code/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_three_wrong_codes_end_it(client: Client, user: User):
    client.post("/accounts/login/code/", {"email": user.email})
    code = re.search(r"^ +(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]
    for _ in range(3):
        client.post("/accounts/login/code/confirm/", {"code": "XXXXXX"})
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("later", "opens"), [(-5, True), (5, False)])
def test_a_code_by_mail_is_void_after_some_minutes(client: Client, user: User, later: int, opens: bool):
    assert settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT <= 600
    client.post("/accounts/login/code/", {"email": user.email})
    assert "three minutes" in mail.outbox[-1].body
    code = re.search(r"^ +(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]
    now = time.time() + settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT + later
    with patch("allauth.account.internal.flows.code_verification.time.time", return_value=now):
        client.post("/accounts/login/code/confirm/", {"code": code})
    assert ("_auth_user_id" in client.session) is opens


def test_a_code_by_mail_holds_once_and_in_the_browser_that_asked_for_it(client: Client, user: User):
    client.post("/accounts/login/code/", {"email": user.email})
    code = re.search(r"^ +(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]
    for other in (Client(), Client()):
        # One that has asked for nothing, and one that has asked for a code of its own.
        other.post("/accounts/login/code/confirm/", {"code": code})
        other.post("/accounts/login/code/", {"email": user.email})
        other.post("/accounts/login/code/confirm/", {"code": code})
        assert "_auth_user_id" not in other.session
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(client: Client, user: User, target: str):
    data = {"login": user.email, "password": PASSWORD, "next": target}
    assert client.post("/accounts/login/", data)["Location"] == "/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
def test_neither_do_the_other_pages_that_lead_on(client: Client, user: User, target: str):
    log_in(client, user)
    proof = {"password": PASSWORD, "next": target}
    assert client.post("/accounts/reauthenticate/", proof)["Location"] == "/"
    assert client.get(f"/accounts/login/?next={target}")["Location"] == "/"
    assert client.get(f"/accounts/signup/?next={target}")["Location"] == "/"
    assert client.post("/accounts/logout/", {"next": target})["Location"] == "/"


def test_a_recovery_code_opens_once(client: Client, user: User):
    log_in(client, user)
    enrol(client)
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    for code, opened in ((codes[0], True), (codes[0], False), (codes[1], True)):
        cache.clear()
        browser = Client()
        log_in(browser, user)
        assert "_auth_user_id" not in browser.session
        browser.post("/accounts/2fa/authenticate/", {"code": code})
        assert ("_auth_user_id" in browser.session) is opened


def test_a_session_that_was_planted_is_exchanged_at_sign_in(client: Client, user: User):
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    log_in(client, user)
    assert client.session.session_key != before


def test_sign_in_is_slowed_down(client: Client, user: User):
    for _ in range(5):
        client.post("/accounts/login/", {"login": user.email, "password": "wrong"})
    assert "Too many" in log_in(client, user).content.decode()


def test_other_sites_are_offered_only_with_an_id(client: Client, settings):
    assert "Continue with" not in client.get("/accounts/login/").content.decode()
    app = {"client_id": "an-id", "secret": "a-secret"}
    settings.SOCIALACCOUNT_PROVIDERS = {"google": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    page = client.get("/accounts/login/").content.decode()
    assert "Continue with Google" in page and "GitHub" not in page
    leads = client.post("/accounts/google/login/?process=login")["Location"]
    assert leads.startswith("https://accounts.google.com/")
    assert "code_challenge=" in leads and "state=" in leads
    assert client.get("/accounts/google/login/").status_code == 200  # asks first: no link starts it


def test_sessions_are_listed_and_the_others_ended(client: Client, user: User):
    log_in(client, user)
    other = Client()
    log_in(other, user)
    assert client.get("/accounts/sessions/").status_code == 200
    client.post("/accounts/sessions/")
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
