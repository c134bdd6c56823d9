"""A harbour with two people and three notices. Run as often as you like."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.utils import timezone

from .models import House, Notice

PASSWORDS = {"ada": "analytical-engine", "grace": "nanosecond-wire"}

PEOPLE = [("ada", "ada@analytical.example", True), ("grace", "grace@navy.example", False)]

NOTICES = [
    "Found on the slipway: one oar, left. Ask at the crane.",
    "The ice house is open until ten on market days.",
    "Rowing boat to share, two seats taken of four.",
]


def seed() -> None:
    House.objects.get_or_create(pk=1)
    for username, email, verified in PEOPLE:
        user, _ = User.objects.get_or_create(username=username)
        user.email = email
        user.set_password(PASSWORDS[username])
        user.save()
        EmailAddress.objects.update_or_create(
            user=user, email=email, defaults={"verified": verified, "primary": True}
        )
    ada, now = User.objects.get(username="ada"), timezone.now()
    for age, text in enumerate(NOTICES, start=1):
        defaults = {"author": ada, "pinned_at": now - timedelta(days=age)}
        Notice.objects.get_or_create(text=text, defaults=defaults)
