"""What the tests of the archive do again and again."""

from __future__ import annotations

import re
from typing import Any

from django_otp.plugins.otp_totp.models import TOTPDevice

from lessons.authentication.otp.demo.models import Phone, SMSDevice
from lessons.authentication.otp.demo.seed import PASSWORD


def enter(visitor: Any, name: str = "milo") -> Any:
    """The first step."""
    return visitor.post("sign-in/", {"username": name, "password": PASSWORD})


def device_id(visitor: Any, kind: str = "otp_totp.totpdevice") -> str:
    """As the second step's page offers it."""
    page = visitor.get("sign-in/code/").text
    found = re.search(rf'value="({re.escape(kind)}/\d+)"', page)
    assert found, page
    return found[1]


def verify(visitor: Any, code: str, kind: str = "otp_totp.totpdevice") -> Any:
    """The second step."""
    return visitor.post("sign-in/code/", {"device": device_id(visitor, kind), "code": code})


def shown(visitor: Any) -> str:
    """What the phone shows."""
    with visitor.world():
        code = Phone.on_the_table().code()
    assert code is not None
    return code.digits


def is_in(visitor: Any) -> bool:
    return visitor.get("papers/").status_code == 200


def app_of(visitor: Any, name: str = "milo") -> TOTPDevice:
    with visitor.world():
        return TOTPDevice.objects.get(user__username=name)


def text_code(visitor: Any, name: str = "milo") -> str:
    with visitor.world():
        return SMSDevice.objects.get(user__username=name).token or ""


def add_number(visitor: Any, name: str = "ines") -> None:
    """Text messages for somebody who has no device yet."""
    visitor.post("devices/phone/")
    assert visitor.post("devices/phone/", {"code": text_code(visitor, name)}).status_code == 302


def set_clock(visitor: Any, fast_by: int) -> None:
    assert visitor.post("phone/clock/", {"fast_by": fast_by}).status_code == 302
