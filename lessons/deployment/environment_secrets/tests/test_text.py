"""The text's claims about Django, django-environ and detect-secrets, tried."""

import hmac
import http.client
import io
import re
from pathlib import Path
from types import SimpleNamespace

import environ
import pytest
from django.conf import global_settings, settings
from django.contrib.auth import get_user
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.core.checks import security
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.views.debug import SafeExceptionReporterFilter

from lessons.deployment.environment_secrets.demo import release
from lessons.deployment.environment_secrets.demo.environment import parsed

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()
OLD, NEW = "o" * 50 + "12345", "n" * 50 + "12345"


def env_of(**variables: str) -> environ.Env:
    return type("Env", (environ.Env,), {"ENVIRON": variables})()


@pytest.mark.parametrize(
    ("text", "value"), [("On", True), ("OK", True), ("y", True), ("ture", False), ("", False)]
)
def test_booleans(text, value):
    assert env_of(X=text).bool("X") is value


def test_a_list_is_split_and_not_stripped():
    assert env_of(X="a.example, b.example").list("X") == ["a.example", " b.example"]
    assert env_of(X="").list("X", default=[]) == []


def test_a_file_fills_gaps_unless_it_may_overwrite():
    kind = type("Env", (environ.Env,), {"ENVIRON": {"X": "9"}})
    kind.read_env(io.StringIO("X=4\n"))
    assert kind().int("X") == 9
    kind.read_env(io.StringIO("X=4\n"), overwrite=True)
    assert kind().int("X") == 4


def test_a_dollar_is_a_reference_and_the_error_tells_the_secret():
    with pytest.raises(ImproperlyConfigured, match="Set the 9xqsecret environment variable"):
        env_of(SECRET_KEY="$9xqsecret").str("SECRET_KEY")
    env = env_of(SECRET_KEY=r"\$9xqsecret")
    env.escape_proxy = True
    assert env.str("SECRET_KEY") == "$9xqsecret"


def test_a_comment_behind_a_value_is_part_of_it():
    assert parsed("DEBUG=off # for now\n") == {"DEBUG": "off # for now"}


def test_a_file_that_is_announced_and_missing():
    variables = {"SECRET_KEY": "s", "PAYMENT_KEY": "p", "PAYMENT_KEY_FILE": "/run/secrets/payment_key"}
    assert release.run(variables, {}).error.startswith("FileNotFoundError")


def test_the_newline_of_a_file_stays_in_the_value():
    variables = {"SECRET_KEY_FILE": "/k", "PAYMENT_KEY": "p"}
    assert release.run(variables, {"/k": "secret\n"}).settings["SECRET_KEY"] == "secret\n"


def test_a_header_takes_no_newline():
    connection = http.client.HTTPConnection("payments.invalid")
    connection.putrequest("GET", "/")
    with pytest.raises(ValueError, match="Invalid header value"):
        connection.putheader("Authorization", "Bearer secret\n")


def test_no_variable_is_hidden_where_debug_is_on():
    with override_settings(DEBUG=True):
        assert not SafeExceptionReporterFilter().is_active(None)


def test_the_words_that_hide_a_setting():
    sentence = TEXT.partition("what has a telling name: ")[2].partition(", inside")[0]
    words = re.findall(r"`(\w+)`", sentence)
    pattern = SafeExceptionReporterFilter.hidden_settings.pattern.split("|")
    assert set(words) == set(pattern) - {"HTTP_COOKIE"}
    shown = release.in_an_error_page({"STRIPE_API": "x", "REDIS_URL": "y", "D": {"A": {"PASSWORD": "z"}}})
    assert (shown["REDIS_URL"], set(shown["STRIPE_API"])) == ("y", {"*"})
    assert set(shown["D"]["A"]["PASSWORD"]) == {"*"}


def test_signing_passes_over_an_empty_key_and_an_hmac_does_not():
    assert "".split(",") == [""]
    by_hand = hmac.digest(b"", b"ada", "sha256")
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[""]):
        assert signing.Signer(key="").sign("ada") == signing.Signer().sign("ada")
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        assert by_hand in [hmac.digest(key.encode(), b"ada", "sha256") for key in keys]


def test_a_text_of_fallbacks_is_its_letters():
    old, letter = signing.Signer(key=OLD).sign("ada"), signing.Signer(key="o").sign("ada")
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=OLD):
        with pytest.raises(signing.BadSignature):
            signing.Signer().unsign(old)
        assert signing.Signer().unsign(letter) == "ada"


def test_a_session_in_the_database_is_signed_too():
    with override_settings(SECRET_KEY=OLD):
        data = SessionStore().encode({"cart": [7]})
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[OLD]):
        assert SessionStore().decode(data) == {"cart": [7]}
    with override_settings(SECRET_KEY=NEW):
        assert SessionStore().decode(data) == {}


def test_django_makes_a_session_of_yesterday_new(visit):
    """On that request, in `get_user()`; the demo's `find_session` does the same with keys of its own."""
    with visit("environment_secrets").world():
        user = User.objects.get(username="ada")
        with override_settings(SECRET_KEY=OLD):
            store = SessionStore()
            store["_auth_user_id"] = str(user.pk)
            store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
            store["_auth_user_hash"] = user.get_session_auth_hash()
            store.save()
            before = store.session_key
        with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[OLD]):
            request = SimpleNamespace(session=SessionStore(before))
            assert get_user(request) == user
            assert request.session.session_key != before
            assert request.session["_auth_user_hash"] == user.get_session_auth_hash()


def test_passwords_have_nothing_to_do_with_it():
    with override_settings(SECRET_KEY=OLD):
        encoded = make_password("crumb")
    with override_settings(SECRET_KEY=NEW):
        assert check_password("crumb", encoded)


def test_check_deploy_warns_of_bad_keys():
    with override_settings(SECRET_KEY="django-insecure-" + OLD, SECRET_KEY_FALLBACKS=["short"]):
        found = security.base.check_secret_key(None) + security.base.check_secret_key_fallbacks(None)
    assert [warning.id for warning in found] == ["security.W009", "security.W025"]


def test_the_times_of_the_text():
    assert global_settings.SESSION_COOKIE_AGE == 14 * 24 * 3600
    assert global_settings.PASSWORD_RESET_TIMEOUT == 3 * 24 * 3600
