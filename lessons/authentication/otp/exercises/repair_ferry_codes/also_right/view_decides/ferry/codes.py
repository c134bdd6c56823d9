"""Codes for the crew: making them, sending them, accepting them."""

import hmac
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

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


@transaction.atomic
def accept(user, digits):
    """Return whether these are the digits that were sent to this person; they are used up then."""
    try:
        code = Code.objects.select_for_update().get(user=user)
    except Code.DoesNotExist:
        return False
    if is_locked(code):
        return False
    fresh = timezone.now() - code.made_at < LIFE
    accepted = fresh and code.digits != "" and hmac.compare_digest(code.digits.encode(), digits.encode())
    if accepted:
        code.digits, code.wrong = "", 0
    else:
        code.wrong = 1 if code.wrong >= TRIES else code.wrong + 1
        code.last_wrong_at = timezone.now()
    code.save()
    return accepted
