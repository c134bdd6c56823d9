"""Takes a confirmation link apart, and follows allauth through it. Only for showing."""

import json
import re
import time
from dataclasses import dataclass

from allauth.account import app_settings
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import signing
from django.utils.http import urlsafe_base64_decode

_KEY = re.compile(r"[\w-]+:[\w-]+:[\w-]+")
DAY = 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class Step:
    question: str
    passed: bool | None  # None: not asked any more
    answer: str


@dataclass(frozen=True)
class Anatomy:
    payload: str
    timestamp: str
    signature: str
    says: str  # the payload as JSON text, or ""
    age: int | None  # seconds
    steps: list[Step]

    @property
    def works(self) -> bool:
        return all(step.passed for step in self.steps)


def find_key(text: str) -> str | None:
    """The last thing in the text that has the form of a key."""
    found = _KEY.findall(text)
    return found[-1] if found else None


def take_apart(key: str) -> Anatomy:
    payload, timestamp, signature = key.split(":")
    try:
        pk = signing.loads(key, salt=app_settings.SALT)
        is_signed = True
    except signing.BadSignature:
        pk, is_signed = None, False
    made_at = _seconds(timestamp)
    address = EmailAddress.objects.filter(pk=pk).first() if isinstance(pk, int) else None
    return Anatomy(
        payload=payload,
        timestamp=timestamp,
        signature=signature,
        says=_text(payload),
        age=None if made_at is None else int(time.time() - made_at),
        steps=_steps(key, is_signed, address),
    )


def _steps(key: str, is_signed: bool, address: EmailAddress | None) -> list[Step]:
    """What `EmailConfirmationHMAC.from_key()` asks, in its order, up to the first no."""
    days = app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS
    in_time = is_signed and _is_in_time(key, days)
    whose = f"Yes: {address.email}, of {address.user}." if address else "No. Such rows come and go."
    is_used = address is not None and address.verified
    asked = [
        ("Is the signature ours?", is_signed, "Yes." if is_signed else "No."),
        (f"Is it at most {days} days old?", in_time, "Yes." if in_time else "No."),
        (
            "Is there a row of that number?",
            address is not None,
            whose,
        ),
        (
            "Is its address still unconfirmed?",
            address is not None and not is_used,
            "No: it was confirmed, and a link confirms once." if is_used else "Yes.",
        ),
    ]
    steps, going = [], True
    for question, passed, answer in asked:
        step = Step(question, passed, answer) if going else Step(question, None, "Not asked any more.")
        steps.append(step)
        going = going and passed
    return steps


def _is_in_time(key: str, days: int) -> bool:
    try:
        signing.loads(key, salt=app_settings.SALT, max_age=days * DAY)
    except signing.BadSignature:
        return False
    return True


def works(key: str) -> bool:
    """allauth's own word."""
    return EmailConfirmationHMAC.from_key(key) is not None


def _text(payload: str) -> str:
    try:
        return json.dumps(json.loads(urlsafe_base64_decode(payload)))
    except ValueError:
        return ""


def _seconds(timestamp: str) -> int | None:
    try:
        return signing.b62_decode(timestamp)
    except ValueError:
        return None
