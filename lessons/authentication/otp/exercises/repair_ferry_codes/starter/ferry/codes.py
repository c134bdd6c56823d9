"""Codes for the crew: making them, sending them, accepting them."""

import random

from ferry.models import Code, Text


def send_code(user):
    digits = str(random.randint(0, 999999))
    Code.objects.update_or_create(user=user, defaults={"digits": digits, "wrong": 0})
    Text.objects.create(user=user, text=f"{digits} is your Fjord Line code.")


def accept(digits):
    """Return whose code that is, or None."""
    for code in Code.objects.all():
        if code.digits and int(code.digits) == int(digits):
            return code.user
    return None
