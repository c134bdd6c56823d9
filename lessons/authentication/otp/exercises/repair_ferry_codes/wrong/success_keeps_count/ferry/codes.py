"""Codes for the crew: making them, sending them, accepting them."""

import secrets
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from ferry.models import Code, Text

LIFE = timedelta(minutes=5)
LOCK = timedelta(minutes=15)
TRIES = 5


def is_locked(code):
    return code.wrong >= TRIES and code.last_wrong_at > timezone.now() - LOCK


def send_code(user):
    code, _ = Code.objects.get_or_create(user=user)
    if is_locked(code):
        return
    digits = f"{secrets.randbelow(1_000_000):06d}"
    Code.objects.filter(pk=code.pk).update(digits=digits, made_at=timezone.now())
    Text.objects.create(user=user, text=f"{digits} is your Fjord Line code.")


def accept(user, digits):
    """Return whether these are the digits that were sent to this person; they are used up then."""
    code = Code.objects.filter(user=user).first()
    if code is None or is_locked(code):
        return False
    in_time = code.made_at > timezone.now() - LIFE
    if in_time and code.digits and constant_time_compare(code.digits, digits):
        # The digits stand in the condition: of two requests at once, one updates a row.
        return Code.objects.filter(pk=code.pk, digits=digits).update(digits="") == 1
    if code.wrong >= TRIES:
        Code.objects.filter(pk=code.pk).update(wrong=0)
    Code.objects.filter(pk=code.pk).update(wrong=F("wrong") + 1, last_wrong_at=timezone.now())
    return False
