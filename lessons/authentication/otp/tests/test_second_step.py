"""Signing in with a code: what is accepted, what is refused, and what the rows remember."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session

from lessons.authentication.otp.demo.models import SMSDevice, TextMessage
from lessons.authentication.otp.demo.seed import BACKUP_CODES
from lessons.authentication.otp.tests.archive import (
    add_number,
    app_of,
    device_id,
    enter,
    is_in,
    set_clock,
    shown,
    text_code,
    verify,
)


def test_a_password_alone_opens_no_papers(visitor):
    assert enter(visitor).headers["Location"].endswith("/sign-in/code/")
    answer = visitor.get("papers/")
    assert answer.status_code == 302 and "/sign-in/code/?next=" in answer.headers["Location"]
    assert visitor.get("devices/").status_code == 302


def test_the_phones_code_opens_them(visitor):
    enter(visitor)
    before = visitor.cookies["sessionid"].value
    assert verify(visitor, shown(visitor)).headers["Location"].endswith("/papers/")
    assert is_in(visitor)
    assert visitor.cookies["sessionid"].value != before
    with visitor.world():
        [session] = Session.objects.all()
        assert session.get_decoded()["otp_device_id"].startswith("otp_totp.totpdevice/")


def test_spaces_and_leading_zeros_are_no_matter(visitor, clock):
    enter(visitor)
    while not shown(visitor).startswith("0"):
        clock.wait(30)
    code = shown(visitor)
    assert verify(visitor, f" {code[:3]} {code[3:]} ").status_code == 302


def test_a_code_works_once(visitor, clock):
    code = shown(visitor)
    enter(visitor)
    verify(visitor, code)
    visitor.post("sign-out/")
    enter(visitor)
    answer = verify(visitor, code)
    assert "not a code that works now" in answer.text and not is_in(visitor)
    clock.wait(30)
    assert verify(visitor, shown(visitor)).status_code == 302


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_of_tolerance_on_each_side(visitor, steps, accepted):
    if steps in (-2, 2):
        set_clock(visitor, {-2: -90, 2: 60}[steps])
    elif steps:
        set_clock(visitor, 30 * steps)
    enter(visitor)
    assert verify(visitor, shown(visitor)).status_code == (302 if accepted else 200)
    assert app_of(visitor).drift == (steps if accepted else 0)


def test_the_drift_is_remembered_and_can_grow(visitor, clock):
    for fast_by in (30, 60, 90):
        set_clock(visitor, fast_by)
        enter(visitor)
        assert verify(visitor, shown(visitor)).status_code == 302
        assert app_of(visitor).drift == fast_by // 30
        visitor.post("sign-out/")
        clock.wait(30)
    set_clock(visitor, 0)
    enter(visitor)
    assert verify(visitor, shown(visitor)).status_code == 200  # three steps off, now that the server follows


def test_wrong_codes_lock_for_longer_and_longer(visitor, clock):
    enter(visitor)
    for failures, seconds in ((1, 1), (2, 2), (3, 4), (4, 8)):
        assert "not a code that works now" in verify(visitor, "000000").text
        assert f"Locked for {seconds} s after {failures} wrong code" in verify(visitor, shown(visitor)).text
        assert app_of(visitor).throttling_failure_count == failures  # a locked try does not count
        clock.wait(seconds)
    assert verify(visitor, shown(visitor)).status_code == 302
    assert app_of(visitor).throttling_failure_count == 0


def test_a_lock_is_the_devices_and_not_the_accounts(visitor):
    enter(visitor)
    verify(visitor, "000000")
    assert "Locked" in verify(visitor, shown(visitor)).text
    assert verify(visitor, BACKUP_CODES[0], "otp_static.staticdevice").status_code == 302


def test_a_backup_code_works_once_whatever_the_time(visitor, clock):
    clock.wait(1_000_000)
    enter(visitor)
    assert verify(visitor, BACKUP_CODES[1].upper(), "otp_static.staticdevice").status_code == 302
    visitor.post("sign-out/")
    enter(visitor)
    assert verify(visitor, BACKUP_CODES[1], "otp_static.staticdevice").status_code == 200


def test_a_text_message_is_sent_kept_and_used_up(visitor, clock):
    enter(visitor)
    visitor.post("sign-in/send/", {"device": device_id(visitor, "otp.smsdevice")})
    code = text_code(visitor)
    assert len(code) == 6 and f"{code} is your Alder Archive code." in visitor.get("sign-in/code/").text
    visitor.post("sign-in/send/", {"device": device_id(visitor, "otp.smsdevice")})
    with visitor.world():
        assert TextMessage.objects.count() == 1  # within the cooldown
    assert verify(visitor, code, "otp.smsdevice").status_code == 302
    with visitor.world():
        assert SMSDevice.objects.get(user__username="milo").token is None
    visitor.post("sign-out/")
    enter(visitor)
    assert verify(visitor, code, "otp.smsdevice").status_code == 200


def test_sent_codes_end_after_five_minutes(visitor, clock):
    enter(visitor)
    visitor.post("sign-in/send/", {"device": device_id(visitor, "otp.smsdevice")})
    clock.wait(300)
    assert verify(visitor, text_code(visitor), "otp.smsdevice").status_code == 200


def test_wrong_text_codes_lock_as_well(visitor):
    enter(visitor)
    visitor.post("sign-in/send/", {"device": device_id(visitor, "otp.smsdevice")})
    verify(visitor, "000000", "otp.smsdevice")
    assert "Locked for 1 s" in verify(visitor, text_code(visitor), "otp.smsdevice").text


def test_email_goes_into_the_mailbox(visitor):
    enter(visitor)
    visitor.post("sign-in/send/", {"device": device_id(visitor, "otp_email.emaildevice")})
    [letter] = visitor.mail
    code = letter["text"].split()[0]
    assert letter["to"] == ["milo@alder.example"]
    assert verify(visitor, code, "otp_email.emaildevice").status_code == 302


def test_what_has_nothing_to_send_sends_nothing(visitor):
    enter(visitor)
    assert visitor.post("sign-in/send/", {"device": device_id(visitor)}).status_code == 302
    assert visitor.mail == []


def test_another_users_device_is_no_device(visitor):
    enter(visitor)
    milos = device_id(visitor)
    visitor.post("sign-out/")
    enter(visitor, "ines")
    add_number(visitor)
    visitor.post("sign-out/")
    enter(visitor, "ines")
    answer = visitor.post("sign-in/code/", {"device": milos, "code": shown(visitor)})
    assert "There is no such device." in answer.text and not is_in(visitor)
    assert visitor.post("sign-in/send/", {"device": milos}).status_code == 400


@pytest.mark.parametrize(
    "device", ["", "nothing", "auth.user/1", "otp_totp.totpdevice/x", "otp_totp.totpdevice/999"]
)
def test_a_device_that_there_is_not(visitor, device):
    enter(visitor)
    answer = visitor.post("sign-in/code/", {"device": device, "code": "123456"})
    assert "There is no such device." in answer.text


def test_pages_of_the_second_step_ask_for_the_first(visitor):
    assert visitor.get("sign-in/code/").headers["Location"].endswith("/sign-in/")
    assert visitor.post("sign-in/send/").headers["Location"].endswith("/sign-in/")
    assert "There is no such clock" in visitor.post("phone/clock/", {"fast_by": 5}).text
