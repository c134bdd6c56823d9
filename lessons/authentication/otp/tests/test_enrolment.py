"""Signing up by a code, and getting devices."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django_otp.plugins.otp_totp.models import TOTPDevice

from lessons.authentication.otp.demo import phones
from lessons.authentication.otp.demo.models import Phone, SMSDevice
from lessons.authentication.otp.demo.pictures import qr_code
from lessons.authentication.otp.tests.archive import (
    add_number,
    app_of,
    enter,
    is_in,
    shown,
    text_code,
    verify,
)

NEW = {
    "username": "tess",
    "email": "tess@reeds.example",
    "password1": "otter-under-bridge",
    "password2": "otter-under-bridge",
}


def code_in_the_mail(visitor) -> str:
    return visitor.mail[-1]["text"].split()[0]


def test_sign_up_by_a_code(visitor):
    assert visitor.post("sign-up/", NEW).status_code == 302
    with visitor.world():
        assert not User.objects.get(username="tess").is_active
    visitor.post("sign-up/code/", {"code": code_in_the_mail(visitor)})
    assert is_in(visitor)
    with visitor.world():
        assert User.objects.get(username="tess").is_active


def test_without_the_code_nobody_gets_in(visitor, clock):
    visitor.post("sign-up/", NEW)
    assert "not a code that works now" in visitor.post("sign-up/code/", {"code": "000000"}).text
    assert visitor.post("sign-in/", {"username": "tess", "password": NEW["password1"]}).status_code == 200
    clock.wait(300)
    assert visitor.post("sign-up/code/", {"code": code_in_the_mail(visitor)}).status_code == 200
    assert not is_in(visitor)


def test_guessing_a_sign_up_code_is_locked_and_says_so(visitor):
    visitor.post("sign-up/", NEW)
    visitor.post("sign-up/code/", {"code": "000000"})
    answer = visitor.post("sign-up/code/", {"code": code_in_the_mail(visitor)})
    assert "Locked for 1 s after 1 wrong code." in answer.text


def test_a_code_that_came_too_late_is_sent_again(visitor, clock):
    visitor.post("sign-up/", NEW)
    assert "sent a moment ago" in visitor.post("sign-up/again/", follow=True).text
    assert len(visitor.mail) == 1  # the cooldown
    clock.wait(300)
    visitor.post("sign-up/again/")
    assert len(visitor.mail) == 2
    visitor.post("sign-up/code/", {"code": code_in_the_mail(visitor)})
    assert is_in(visitor)


def test_a_name_that_nobody_proved_can_sign_up_again(visitor):
    visitor.post("sign-up/", NEW)
    other = visitor.beside(2)
    assert other.post("sign-up/", {**NEW, "username": "Tess"}).status_code == 302
    assert visitor.get("sign-up/code/").headers["Location"].endswith("/sign-up/")
    assert visitor.post("sign-up/again/").headers["Location"].endswith("/sign-up/")
    other.post("sign-up/code/", {"code": code_in_the_mail(visitor)})
    assert is_in(other)
    visitor.post("sign-up/", {**NEW, "username": "Tess"})
    with visitor.world():
        assert User.objects.get(username="Tess").is_active
        User.objects.filter(username="Tess").update(is_active=False)
    # Closed by somebody, and not unproved: the name stays taken.
    assert visitor.post("sign-up/", {**NEW, "username": "Tess"}).status_code == 200


def test_a_code_is_the_browsers_that_asked_for_it(visitor):
    visitor.post("sign-up/", NEW)
    other = visitor.beside(2)
    assert (
        other.post("sign-up/code/", {"code": code_in_the_mail(visitor)})
        .headers["Location"]
        .endswith("/sign-up/")
    )


@pytest.mark.parametrize(
    "change",
    [{"username": "milo"}, {"email": ""}, {"password2": "x"}, {"password1": "12345", "password2": "12345"}],
)
def test_a_sign_up_that_is_refused_sends_nothing(visitor, change):
    assert visitor.post("sign-up/", {**NEW, **change}).status_code == 200
    assert visitor.mail == []


def test_an_app_is_enrolled_by_its_first_code(visitor, clock):
    enter(visitor, "ines")
    page = BeautifulSoup(visitor.get("devices/app/").text, "html.parser")
    address = page.find("code", string=re.compile("^otpauth:")).text
    assert page.select_one(".qr svg path") is not None
    visitor.post("devices/app/scan/")
    assert "milo's is gone" in BeautifulSoup(visitor.get("devices/app/").text, "html.parser").text
    with visitor.world():
        phone = Phone.on_the_table()
        assert phone.account == "Alder Archive:ines"
        assert parse_qs(urlsplit(address).query)["issuer"] == ["Alder Archive"]
        assert phones.read_address(address) == (phone.account, phone.key)
    assert visitor.post("devices/app/", {"code": "000000"}).status_code == 200
    assert not app_of(visitor, "ines").confirmed
    clock.wait(31)
    assert visitor.post("devices/app/", {"code": shown(visitor)}).status_code == 302
    assert app_of(visitor, "ines").confirmed and is_in(visitor)
    visitor.post("sign-out/")
    enter(visitor, "ines")
    clock.wait(30)
    assert verify(visitor, shown(visitor)).status_code == 302


def test_an_unconfirmed_app_opens_nothing_and_is_not_made_twice(visitor):
    enter(visitor, "ines")
    visitor.get("devices/app/")
    key = app_of(visitor, "ines").key
    visitor.get("devices/app/")
    assert app_of(visitor, "ines").key == key
    visitor.post("devices/app/scan/")
    add_number(visitor)
    visitor.post("sign-out/")
    enter(visitor, "ines")
    app = app_of(visitor, "ines").persistent_id
    visitor.post("sign-in/code/", {"device": app, "code": shown(visitor)})
    assert not is_in(visitor)


def test_who_has_a_device_has_to_show_it_first(visitor):
    enter(visitor)
    for path in ("devices/app/", "devices/app/scan/", "devices/phone/", "devices/backup/"):
        method = visitor.get if path in ("devices/app/", "devices/phone/") else visitor.post
        assert "/sign-in/code/" in method(path).headers["Location"], path
    with visitor.world():
        assert TOTPDevice.objects.count() == 1


def test_a_number_is_proved_by_a_code(visitor, clock):
    enter(visitor, "ines")
    assert "It comes back" in visitor.get("devices/phone/").text
    visitor.post("devices/phone/")
    assert visitor.post("devices/phone/", {"code": "000000"}).status_code == 200
    with visitor.world():
        assert not SMSDevice.objects.get(user__username="ines").confirmed
    assert not is_in(visitor)
    clock.wait(1)
    visitor.post("devices/phone/", {"code": text_code(visitor, "ines")})
    assert is_in(visitor)
    with visitor.world():
        assert SMSDevice.objects.get(user__username="ines").confirmed
    assert visitor.get("devices/phone/").headers["Location"].endswith("/devices/")


def test_new_backup_codes_replace_the_old_ones(visitor, clock):
    enter(visitor)
    verify(visitor, shown(visitor))
    page = BeautifulSoup(visitor.post("devices/backup/").text, "html.parser")
    codes = [code.text for code in page.select(".backup code")]
    assert len(set(codes)) == 8
    assert codes[0] not in visitor.get("devices/").text and "8 codes left" in visitor.get("devices/").text
    visitor.post("sign-out/")
    enter(visitor)
    assert verify(visitor, "kx4vt2mq", "otp_static.staticdevice").status_code == 200
    clock.wait(2)
    assert verify(visitor, codes[3], "otp_static.staticdevice").status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://totp/x?secret=GEZDGNBV",
        "otpauth://hotp/x?secret=GEZDGNBV",
        "otpauth://totp/x",
        "otpauth://totp/x?secret=1!",
    ],
)
def test_what_is_no_key_is_refused(address):
    with pytest.raises(phones.NotAKeyError):
        phones.read_address(address)


def test_the_phone_computes_the_vectors_of_the_rfc(monkeypatch):
    key = b"12345678901234567890".hex()  # RFC 6238, appendix B, the last six of its eight digits
    for moment, digits in (
        (59, "287082"),
        (1111111109, "081804"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ):
        monkeypatch.setattr(phones.time, "time", lambda moment=moment: moment)
        assert phones.code_now(key, 0).digits == digits
    assert phones.code_now(key, 30).step == phones.code_now(key, 0).step + 1


def test_the_picture_has_no_key_as_text():
    assert "GEZDGNBV" not in qr_code("otpauth://totp/x?secret=GEZDGNBV")
