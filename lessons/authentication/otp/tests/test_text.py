"""What the lesson's text says of django-otp, tried."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django_otp import match_token
from django_otp.conf import settings as otp_settings
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from lessons.authentication.otp.tests.archive import app_of, enter, is_in, set_clock, shown, verify


def by_hand(key: bytes, step: int) -> int:
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F  # the place that the last four bits name
    return (int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF) % 1_000_000


def test_the_figures_step_and_the_arithmetic_of_the_code():
    totp = TOTP(b"k" * 20)
    totp.time = datetime(2026, 5, 4, 9, 0, 7, tzinfo=UTC).timestamp()
    assert totp.t() == 59262840
    assert totp.token() == by_hand(b"k" * 20, 59262840)


def test_a_key_has_twenty_bytes_and_three_steps_are_right():
    assert len(bytes.fromhex(default_key())) == 20
    assert TOTPDevice().tolerance == 1 and TOTPDevice().step == 30


def test_paper_holds_40_bits_in_clear(visitor):
    assert len(base64.b32decode(StaticToken.random_token().upper())) == 5
    with visitor.world():
        assert StaticToken.objects.filter(token="kx4vt2mq").exists()


def test_what_stands_in_the_session(visitor):
    enter(visitor)
    with visitor.world():
        assert "otp_device_id" not in Session.objects.get().get_decoded()
    verify(visitor, shown(visitor))
    with visitor.world():
        session = Session.objects.get().get_decoded()
        assert session["otp_device_id"] == app_of(visitor).persistent_id
        TOTPDevice.objects.all().delete()
    assert not is_in(visitor)
    with visitor.world():
        assert "otp_device_id" not in Session.objects.get().get_decoded()


def test_sixty_seconds_are_accepted_after_thirty_were(visitor, clock):
    set_clock(visitor, 60)
    enter(visitor)
    assert verify(visitor, shown(visitor)).status_code == 200
    clock.wait(30)
    for fast_by in (30, 60):
        set_clock(visitor, fast_by)
        enter(visitor)
        assert verify(visitor, shown(visitor)).status_code == 302
        visitor.post("sign-out/")
        clock.wait(30)


def test_without_syncing_the_drift_is_not_followed(visitor, settings):
    settings.OTP_TOTP_SYNC = False
    set_clock(visitor, 30)
    enter(visitor)
    verify(visitor, shown(visitor))
    assert is_in(visitor) and app_of(visitor).drift == 0


def test_a_day_is_enough_for_seventeen_guesses(visitor, clock):
    device, began, guesses = app_of(visitor), clock.now, 0
    with visitor.world():
        while clock.now - began < 24 * 3600:
            before = device.throttling_failure_count
            device.verify_token("000000")
            guesses += device.throttling_failure_count - before
            _, why = device.verify_is_allowed()
            clock.wait((why["locked_until"] - datetime.fromtimestamp(clock.now, tz=UTC)).total_seconds())
    assert guesses == 17


def test_match_token_counts_against_every_device(visitor):
    with visitor.world():
        milo = User.objects.get(username="milo")
        match_token(milo, "000000")
        assert TOTPDevice.objects.get(user=milo).throttling_failure_count == 1
        assert StaticDevice.objects.get(user=milo).throttling_failure_count == 1


def test_the_admin_hides_nothing_unless_it_is_told_to():
    assert otp_settings.OTP_ADMIN_HIDE_SENSITIVE_DATA is False


def test_only_a_fresh_sign_up_can_be_confirmed_and_the_handler_verifies(visitor):
    from lessons.authentication.otp.tests.test_enrolment import NEW, code_in_the_mail

    visitor.post("sign-up/", NEW)
    visitor.post("sign-up/code/", {"code": code_in_the_mail(visitor)})
    assert visitor.traces[-1]["session"]["added"]["otp_device_id"].startswith("otp_email.emaildevice/")
    assert visitor.get("sign-up/code/").status_code == 302
