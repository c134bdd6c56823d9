"""Django's token generator, with a clock and a key that the workbench can turn."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from .models import Bench, SentLink

HASH_SHOWN = 36  # characters of a stored password hash: with the salt, so that every change shows


class BenchTokenGenerator(PasswordResetTokenGenerator):
    """All is inherited but the time and the key; with the bench untouched, nothing differs."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.secret = bench.secret
        self.secret_fallbacks = bench.secret_fallbacks
        self.ahead = timedelta(hours=bench.clock_hours)

    def _now(self) -> datetime:
        return super()._now() + self.ahead


def ingredients(user: User) -> dict[str, str]:
    """What of the user goes into the hash, as text; as `_make_hash_value` joins it."""
    login = user.last_login.replace(microsecond=0, tzinfo=None) if user.last_login else ""
    return {"password": user.password[:HASH_SHOWN], "last_login": str(login), "email": user.email}


def remember(user: User, uidb64: str, token: str) -> None:
    SentLink.objects.create(user=user, uidb64=uidb64, token=token, **ingredients(user))
