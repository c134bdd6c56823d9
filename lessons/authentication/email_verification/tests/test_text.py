"""The code in lesson.md runs, and what the text says of allauth and Django is so."""

import json
import re
import zlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from allauth.account import app_settings
from allauth.account.checks import settings_check
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.core.internal import cryptokit, httpkit, ratelimit
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.contrib.sessions.backends import signed_cookies
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.test import RequestFactory, override_settings
from django.utils import timezone
from django.utils.http import urlsafe_base64_decode

from lessons.authentication.email_verification.demo import project
from lessons.authentication.email_verification.demo.registry import find_key
from lessons.authentication.email_verification.tests.people import (
    HOME,
    change_address,
    enter,
    latest_code,
    latest_link,
    pin,
    set_house,
    sign_in,
    sign_up,
    wait,
)

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text(encoding="utf-8")


@pytest.fixture
def visitor(visit):
    wait()
    return visit("email_verification")


def code_with(mark: str, **names: object) -> dict:
    """The names that the text's Python block with this mark in it defines."""
    block = next(code for code in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if mark in code)
    exec(compile(block, "lesson.md", "exec"), names)
    return names


def written(trace: dict) -> list[str]:
    """`INSERT auth_user` and so on, without transactions and sessions."""
    found = [re.match(r'(INSERT|UPDATE|DELETE)\D*?"(\w+)"', query["sql"]) for query in trace["queries"]]
    return [f"{match[1]} {match[2]}" for match in found if match and match[2] != "django_session"]


def test_signing_up_writes_two_rows(visitor) -> None:
    sign_up(visitor)
    inserts = [words for words in written(visitor.traces[-1]) if words.startswith("INSERT")]
    assert inserts == ["INSERT auth_user", "INSERT account_emailaddress"]


def test_claims_may_overlap_and_proofs_may_not(visitor) -> None:
    with visitor.world():
        grace = User.objects.get(username="grace")
        EmailAddress.objects.create(user=grace, email="ada@analytical.example")
        with pytest.raises(IntegrityError), transaction.atomic():
            EmailAddress.objects.filter(user=grace).update(verified=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            EmailAddress.objects.filter(user=grace).update(primary=True)


def test_the_example_key_has_the_parts_that_the_text_names() -> None:
    key = find_key(TEXT[TEXT.index("…/accounts/confirm-email/") :])
    payload, stamp, signature = key.split(":")
    assert json.loads(urlsafe_base64_decode(payload)) == 3
    assert timezone.datetime.fromtimestamp(signing.b62_decode(stamp)).year == 2026
    assert len(urlsafe_base64_decode(signature)) * 8 == 256


def test_a_link_is_signing_dumps_and_writes_nothing(visitor) -> None:
    sign_up(visitor)
    key = find_key(latest_link(visitor))
    with visitor.world():
        pk = EmailAddress.objects.get(user__username="mary").pk
        assert signing.loads(key, salt="account") == pk
        assert not EmailConfirmation.objects.exists()


def test_the_get_reads_and_the_post_writes(visitor) -> None:
    sign_up(visitor)
    visitor.get(latest_link(visitor))
    assert written(visitor.traces[-1]) == []
    visitor.post(latest_link(visitor))
    assert "UPDATE account_emailaddress" in written(visitor.traces[-1])


def test_opened_by_somebody_else_the_link_signs_that_one_out(visitor) -> None:
    sign_up(visitor)
    link, other = latest_link(visitor), visitor.beside(2)
    sign_in(other, "ada")
    other.get(f"/~2{link}")
    assert visitor.traces[-1]["user"] == {"before": "ada", "after": None}


def test_codes_need_mandatory() -> None:
    whole = project.SETTINGS | project.BY_CODE
    with override_settings(ALLAUTH_SETTING_GETTER=whole.get):
        assert not any(message.is_serious(50) for message in settings_check(None))
    half = whole | {"ACCOUNT_EMAIL_VERIFICATION": "optional"}
    with override_settings(ALLAUTH_SETTING_GETTER=half.get):
        assert any(message.is_serious(50) for message in settings_check(None))


def test_how_many_codes_there_are() -> None:
    letters = cryptokit._ALPHA_ALLOWED_CHARS
    assert (len(letters), len(letters) ** 8) == (20, 25_600_000_000)
    assert not set(letters) & set("AEIOUY")
    assert len(cryptokit.generate_user_code().replace("-", "")) == 8
    years = 20**8 / 2 / (3 / 10) / (365 * 24 * 3600)
    assert 1_000 < years < 2_000


def test_another_code_gives_neither_tries_nor_time(visitor) -> None:
    set_house(visitor, "code")
    sign_up(visitor)

    def state() -> dict:
        return visitor.get("register/").context["waiting"]

    began = state()["at"]
    for _ in range(2):
        enter(visitor, "BBBB-BBBB")
    wait()
    visitor.post("accounts/confirm-email/", {"action": "resend"})
    assert (state()["failed_attempts"], state()["at"]) == (2, began)
    assert enter(visitor, "BBBB-BBBB").url == f"{HOME}accounts/login/"


def test_a_signed_cookie_would_show_the_code() -> None:
    session = signed_cookies.SessionStore()
    session["account_email_verification_code"] = {"code": "HJXS-JMBG"}
    session.save()
    payload = session.session_key.rsplit(":", 2)[0]
    data = signing.b64_decode(payload.removeprefix(".").encode())
    read = zlib.decompress(data) if payload.startswith(".") else data  # no key was needed
    assert b"HJXS-JMBG" in read


def test_the_throttles_of_the_text() -> None:
    assert app_settings.RATE_LIMITS["confirm_email"] == "1/180s/key"
    with override_settings(ALLAUTH_SETTING_GETTER=project.BY_CODE.get):
        assert app_settings.RATE_LIMITS["confirm_email"] == "1/10s/key"
    [rate] = ratelimit.parse_rates("1/180s/key")
    assert (rate.amount, rate.duration, rate.per) == (1, 180, "key")


def test_by_code_signing_in_too_soon_is_a_429(visitor) -> None:
    set_house(visitor, "code")
    sign_up(visitor)
    assert sign_in(visitor.beside(2), "mary").status_code == 429
    wait()
    assert sign_in(visitor.beside(2), "mary").status_code == 302


def test_by_code_a_closed_view_leads_to_the_code(visitor) -> None:
    sign_in(visitor, "grace")
    set_house(visitor, "code")
    answer = pin(visitor)
    assert unquote(answer.url) == f"{HOME}accounts/confirm-email/?next={HOME}pin/"
    assert enter(visitor, latest_code(visitor)).status_code == 302


def test_some_verified_address_will_do(visitor) -> None:
    sign_in(visitor, "grace")
    with visitor.world():
        grace = User.objects.get(username="grace")
        EmailAddress.objects.create(user=grace, email="grace@quay.example", verified=True)
    assert pin(visitor).status_code == 302


def test_trusting_what_was_typed_and_what_was_proved(visitor) -> None:
    sign_up(visitor, email="mary@harbour.example")
    typed = code_with("return user.email.endswith")["is_colleague"]
    proved = code_with("email__iendswith", EmailAddress=EmailAddress)["is_colleague"]
    with visitor.world():
        mary = User.objects.get(username="mary")
        assert (typed(mary), proved(mary)) == (True, False)
    visitor.post(latest_link(visitor))
    with visitor.world():
        assert proved(mary)


def test_inactive_users_get_no_reset(visitor) -> None:
    with visitor.world():
        User.objects.filter(username="ada").update(is_active=False)
        assert list(PasswordResetForm().get_users("ada@analytical.example")) == []
    sign_in(visitor, "ada")
    assert visitor.traces[-1]["user"]["after"] is None


def test_the_abandoned_are_removed_and_nobody_else(visitor) -> None:
    names = {
        "EmailAddress": EmailAddress,
        "Exists": Exists,
        "OuterRef": OuterRef,
        "User": User,
        "timedelta": timedelta,
    }
    remove = code_with("def remove_abandoned", **names)["remove_abandoned"]
    with visitor.world():
        now = timezone.now()
        old = now - timedelta(days=8)
        User.objects.update(date_joined=old)
        User.objects.create(username="new")
        User.objects.create(username="boss", is_staff=True, date_joined=old)
        remove(now)
        assert set(User.objects.values_list("username", flat=True)) == {"ada", "new", "boss"}


@pytest.mark.parametrize("needs", ["nothing", "the page of addresses", "a login that waits"])
def test_users_from_before_get_a_row_when_one_is_needed(visitor, needs: str) -> None:
    with visitor.world():
        EmailAddress.objects.all().delete()
    if needs == "a login that waits":
        set_house(visitor, "code")
    answer = sign_in(visitor, "ada")
    if needs == "the page of addresses":
        visitor.get("accounts/email/")
    with visitor.world():
        rows = [(row.email, row.verified) for row in EmailAddress.objects.all()]
    assert rows == ([] if needs == "nothing" else [("ada@analytical.example", False)])
    assert answer.url.endswith("accounts/confirm-email/") is (needs == "a login that waits")


def test_without_a_count_of_proxies_everybody_has_the_proxys_address() -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9"}, REMOTE_ADDR="10.0.0.1")
    assert httpkit.get_client_ip(request) == "10.0.0.1"
    with override_settings(ALLAUTH_SETTING_GETTER={"ALLAUTH_TRUSTED_PROXY_COUNT": 1}.get):
        assert httpkit.get_client_ip(request) == "203.0.113.9"


def test_the_notice_to_the_old_address_says_where_from(visitor) -> None:
    sign_in(visitor, "ada")
    change_address(visitor, "ada@quay.example")
    visitor.post(latest_link(visitor), headers={"User-Agent": "Quayfox 3"})
    notice = visitor.mail[-1]
    assert notice["to"] == ["ada@analytical.example"]
    assert "Quayfox 3" in notice["text"]
    assert "127.0.0.1" in notice["text"]


def test_the_settings_in_the_text_are_taken() -> None:
    names = code_with('"django.core.cache.backends.redis.RedisCache"')
    with override_settings(ALLAUTH_SETTING_GETTER=lambda name, default: names.get(name, default)):
        assert app_settings.EMAIL_VERIFICATION == app_settings.EmailVerificationMethod.MANDATORY
        assert app_settings.EMAIL_NOTIFICATIONS
        assert app_settings.DEFAULT_HTTP_PROTOCOL == "https"
