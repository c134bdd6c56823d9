"""What an authenticator app does: it reads an address out of a picture, and computes with a clock."""

import binascii
import time
from base64 import b32decode
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django_otp.oath import TOTP

STEP = 30  # seconds


AHEAD = 40  # codes that the page gets at a time: twenty minutes, in which the phone asks nobody


@dataclass(frozen=True)
class Code:
    digits: str
    seconds_left: int
    step: int  # the number of the time step it belongs to
    then: str = ""  # the codes of the steps after it, with spaces between


class NotAKeyError(ValueError):
    """The address is none that an authenticator understands."""


def read_address(address: str) -> tuple[str, str]:
    """The account's name and the key, in hex, out of `otpauth://totp/<name>?secret=<base32>`."""
    parts = urlsplit(address)
    secret = parse_qs(parts.query).get("secret", [""])[0]
    try:
        key = b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    except binascii.Error as error:
        raise NotAKeyError(str(error)) from error
    if parts.scheme != "otpauth" or parts.netloc != "totp" or not key:
        raise NotAKeyError("not an otpauth address of the type totp")
    return unquote(parts.path.lstrip("/")), key.hex()


def code_now(key: str, fast_by: int) -> Code:
    """The code of this moment for a clock that is `fast_by` seconds ahead of ours."""
    now = time.time() + fast_by
    totp = TOTP(bytes.fromhex(key), step=STEP)
    totp.time = now
    digits, step = f"{totp.token():06d}", totp.t()
    later = []
    for number in range(1, AHEAD):
        totp.time = now + number * STEP
        later.append(f"{totp.token():06d}")
    return Code(digits, STEP - int(now) % STEP, step, " ".join(later))
