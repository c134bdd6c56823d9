"""The code in lesson.md runs, and what the text says of Django is so."""

import re
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import global_settings, settings
from django.contrib.auth import get_user, update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import PasswordChangeForm, PasswordResetForm
from django.contrib.auth.models import AnonymousUser, User, UserManager
from django.contrib.auth.password_validation import password_changed, validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetView
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sites.shortcuts import get_current_site
from django.core import mail
from django.core.exceptions import DisallowedHost, ValidationError
from django.core.signing import TimestampSigner
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.test import RequestFactory, TestCase, override_settings
from django.urls import reverse
from django.utils.http import base36_to_int, urlsafe_base64_decode, urlsafe_base64_encode

from lessons.authentication.password_reset.demo.seed import PASSWORDS
from lessons.authentication.password_reset.tests.people import (
    NEW,
    ask,
    change,
    latest_link,
    sign_in,
    use,
)

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text(encoding="utf-8")
ACCOUNT = HttpResponseRedirect("/account/")


@pytest.fixture
def visitor(visit):
    return visit("password_reset")


def code_with(mark: str, **names: object) -> dict:
    """The names that the text's Python block with this mark in it defines."""
    block = next(code for code in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if mark in code)
    exec(compile(block, "lesson.md", "exec"), names)
    return names


def generator_at(moment: datetime) -> PasswordResetTokenGenerator:
    generator = PasswordResetTokenGenerator()
    generator._now = lambda: moment
    return generator


def test_the_example_link_is_one() -> None:
    uid, stamp, digest = re.search(r"^/reset/(\w+)/(\w+)-([0-9a-f]+)/$", TEXT, re.MULTILINE).groups()
    assert urlsafe_base64_decode(uid) == b"2"
    assert datetime(2001, 1, 1) + timedelta(seconds=base36_to_int(stamp)) == datetime(2026, 11, 9, 9, 41)
    assert len(digest) == 32 == len(default_token_generator.make_token(User(pk=2)).partition("-")[2])


def test_the_hashed_string_is_the_one_in_the_text() -> None:
    shown = re.search(r'^f"\{user\.pk\}.*$', TEXT, re.MULTILINE)[0]
    ada = User(pk=2, password="row", email="ada@analytical.example", last_login=datetime(2026, 11, 9, 9, 41))
    names = {"user": ada, "login_timestamp": ada.last_login, "timestamp": 7, "email": ada.email}
    assert eval(shown, names) == default_token_generator._make_hash_value(ada, 7)


def test_the_settings_of_django_52() -> None:
    assert global_settings.PASSWORD_RESET_TIMEOUT == 259_200 == 3 * 24 * 3600
    assert global_settings.AUTH_PASSWORD_VALIDATORS == []
    assert global_settings.SECURE_REFERRER_POLICY == "same-origin"
    assert PasswordResetConfirmView.post_reset_login is False


def test_a_shorter_timeout_shortens_links_that_are_out() -> None:
    ada, made = User(pk=2), datetime(2026, 11, 9, 9, 41)
    token = generator_at(made).make_token(ada)
    later = generator_at(made + timedelta(hours=2))
    assert later.check_token(ada, token)
    timeout = code_with("PASSWORD_RESET_TIMEOUT =")["PASSWORD_RESET_TIMEOUT"]
    with override_settings(PASSWORD_RESET_TIMEOUT=timeout):
        assert not later.check_token(ada, token)


def test_a_token_of_the_future_is_not_refused() -> None:
    ada, made = User(pk=2), datetime(2026, 11, 9, 9, 41)
    token = generator_at(made + timedelta(days=30)).make_token(ada)
    assert generator_at(made).check_token(ada, token)
    assert generator_at(made + timedelta(days=33)).check_token(ada, token)


def test_now_has_no_zone() -> None:
    assert PasswordResetTokenGenerator()._now().tzinfo is None


def test_asking_writes_one_row_the_demos_own(visitor) -> None:
    ask(visitor)
    tables = [
        re.search(r'"(\w+)"', query["sql"])[1]
        for query in visitor.traces[-1]["queries"]
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert tables == ["password_reset_sentlink"]
    assert len(visitor.traces[-1]["mail"]) == 1


def test_the_first_of_two_letters_works_until_the_second_is_used(visitor) -> None:
    ask(visitor)
    first = latest_link(visitor)
    ask(visitor)
    second = latest_link(visitor)
    assert visitor.get(first).status_code == 302
    use(visitor, second)
    assert "does not work" in visitor.get(first).text


def test_the_form_is_tied_to_its_session(visitor) -> None:
    ask(visitor)
    form = visitor.get(latest_link(visitor)).url
    assert "A new password" in visitor.get(form).text
    refused = visitor.beside(2).get(form.replace("/authentication/", "/~2/authentication/", 1))
    assert refused.status_code == 200
    assert "does not work" in refused.text


def test_each_of_the_three_requests_asks_the_generator(visitor, monkeypatch) -> None:
    ask(visitor)
    asked: list[str] = []
    check = PasswordResetTokenGenerator.check_token

    def counting(self, user, token):
        asked.append(token)
        return check(self, user, token)

    monkeypatch.setattr(PasswordResetTokenGenerator, "check_token", counting)
    link = latest_link(visitor)
    form = visitor.get(link).url
    visitor.get(form)
    assert visitor.post(form, {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    assert len(asked) == 3
    assert "_password_reset_token" in visitor.traces[-1]["session"]["removed"]


def test_the_reset_signs_nobody_in(visitor) -> None:
    ask(visitor)
    use(visitor, latest_link(visitor))
    assert visitor.get("account/").status_code == 302


def test_a_mail_server_that_refuses_is_logged_and_not_shown(visitor, monkeypatch, caplog) -> None:
    def refuse(self, fail_silently: bool = False) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", refuse)
    assert ask(visitor).status_code == 302
    assert visitor.mail == []
    assert "Failed to send password reset email" in caplog.text


def test_equal_for_the_database_is_not_enough(monkeypatch) -> None:
    mike = User(username="mike", email="mike@navy.example", password="pbkdf2$")
    monkeypatch.setattr(UserManager, "filter", lambda self, **_: [mike], raising=False)
    form = PasswordResetForm()
    assert list(form.get_users("mıke@navy.example")) == []
    assert list(form.get_users("MIKE@navy.example")) == [mike]


def test_without_the_sites_app_the_domain_is_the_host_header() -> None:
    assert "django.contrib.sites" not in settings.INSTALLED_APPS
    request = RequestFactory().post("/reset/", headers={"Host": "evil.example"})
    allowed = code_with("ALLOWED_HOSTS =")["ALLOWED_HOSTS"]
    with override_settings(ALLOWED_HOSTS=allowed), pytest.raises(DisallowedHost):
        get_current_site(request)
    with override_settings(ALLOWED_HOSTS=["*"]):
        assert get_current_site(request).domain == "evil.example"
    with override_settings(ALLOWED_HOSTS=["*"], USE_X_FORWARDED_HOST=True):
        forwarded = RequestFactory().post("/", headers={"X-Forwarded-Host": "evil.example"})
        assert get_current_site(forwarded).domain == "evil.example"


def test_extra_context_has_the_last_word_on_the_host(visitor) -> None:
    with visitor.world():
        form = PasswordResetForm({"email": "ada@analytical.example"})
        assert form.is_valid()
        sent: list[dict] = []
        form.send_mail = lambda subject, body, context, *_, **__: sent.append(context)
        form.save(domain_override="evil.example", extra_email_context={"domain": "left-luggage.example"})
    assert sent[0]["domain"] == "left-luggage.example"
    assert PasswordResetView.extra_email_context is None


def test_the_letter_from_the_support_desk(visitor) -> None:
    with visitor.world():
        sent: list[tuple] = []

        class Watched(PasswordResetForm):
            def send_mail(self, subject, body, context, *_, **__) -> None:
                sent.append((body, context["protocol"], context["domain"]))

        code_with("form.save(domain_override", PasswordResetForm=Watched)
    assert sent == [("registration/password_reset_email.html", "https", "left-luggage.example")]


def session_of(user: User):
    request = RequestFactory().post("/", {})
    request.session, request.user = SessionStore(), user
    request.session["_auth_user_id"] = str(user.pk)
    request.session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    request.session["_auth_user_hash"] = user.get_session_auth_hash()
    request.session.save()
    request.POST = {
        "old_password": PASSWORDS["ada"],
        "new_password1": NEW,
        "new_password2": NEW,
    }
    return request


@pytest.mark.parametrize(("mark", "stays"), [("form.save()\n    return", False), ("render(request", True)])
def test_the_two_changes_in_the_text(visitor, mark: str, stays: bool) -> None:
    names = {
        "PasswordChangeForm": PasswordChangeForm,
        "redirect": lambda _: ACCOUNT,
        "render": render,
        "update_session_auth_hash": update_session_auth_hash,
    }
    view = code_with(mark, **names)["change"]
    with visitor.world():
        request = session_of(User.objects.get(username="ada"))
        key = request.session.session_key
        assert view(request) is ACCOUNT
        assert User.objects.get(username="ada").check_password(NEW)
        assert (get_user(request) != AnonymousUser()) is stays
        if stays:
            assert request.session.session_key != key
            assert not SessionStore().exists(key)


def test_the_test_in_the_text_passes(visitor) -> None:
    names = {
        "TestCase": TestCase,
        "User": User,
        "reverse": reverse,
        "urlsafe_base64_encode": urlsafe_base64_encode,
        "default_token_generator": default_token_generator,
    }
    case = code_with("class ResetTests", **names)["ResetTests"]("test_a_link_works_once")
    case.client = visitor
    with visitor.world():
        User.objects.filter(username="ada").delete()
        case.test_a_link_works_once()


def test_set_password_asks_no_validator() -> None:
    user = User(username="ada")
    user.set_password("x")
    assert user.check_password("x")
    with pytest.raises(ValidationError):
        validate_password("x", user)


def test_the_similarity_rule_needs_the_user() -> None:
    word, ada = "ada@analytical.example", User(username="ada", email="ada@analytical.example")
    assert validate_password(word) is None
    with pytest.raises(ValidationError, match="similar"):
        validate_password(word, ada)


def test_a_validator_may_hear_of_the_change(monkeypatch) -> None:
    heard: list[str] = []
    history = type("History", (), {"password_changed": lambda self, password, user: heard.append(password)})()
    password_changed("seven", User(), [history])
    assert heard == ["seven"]
    assert "password_changed" in AbstractBaseUser.save.__code__.co_names


def test_a_signature_over_the_pk_is_good_as_often_as_one_likes() -> None:
    signer = TimestampSigner()
    token = signer.sign("2")
    assert [signer.unsign(token, max_age=3600) for _ in range(2)] == ["2", "2"]


def test_uuid1_tells_its_time() -> None:
    first, second = uuid.uuid1(), uuid.uuid1()
    assert first.node == second.node
    assert 0 <= second.time - first.time < 10_000_000  # units of 100 ns: within a second


def test_changing_by_hand_shows_as_the_text_says(visitor) -> None:
    sign_in(visitor)
    change(visitor, PASSWORDS["ada"], "password/by-hand/")
    visitor.get("account/")
    trace = visitor.traces[-1]
    assert trace["user"] == {"before": "ada", "after": None}
    assert trace["session"]["flushed"]
