"""Everything of Django's that SECRET_KEY signs, with the keys of the release that is running.

In your project these are settings, and none of this is yours to write: `keys[0]` is SECRET_KEY, the rest are
SECRET_KEY_FALLBACKS.
"""

from dataclasses import dataclass

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.backends import signed_cookies
from django.core import signing
from django.utils.crypto import constant_time_compare

Keys = list[str]
SALT = "django.contrib.sessions.backends.signed_cookies"
WEEKS = 14 * 24 * 3600  # seconds
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Found:
    """Whose session it is, by which key (0 is the current one), and what it should be from now on."""

    user: User | None
    by: int | None
    renewed: str


def new_session(user: User, keys: Keys) -> str:
    """As `login()` writes it."""
    session = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: user._get_session_auth_hash(secret=keys[0]),
    }
    return _dumped(session, keys)


def find_session(value: str, keys: Keys) -> Found:
    """As `get_user()` does: it looks twice, at the signature and at the auth hash."""
    try:
        session = signing.loads(
            value,
            key=keys[0],
            fallback_keys=keys[1:],
            salt=SALT,
            serializer=signed_cookies.SessionStore().serializer,
            max_age=WEEKS,
        )
    except signing.BadSignature:
        return Found(None, None, "")
    user = User.objects.filter(pk=session[SESSION_KEY]).first()
    for place, key in enumerate(keys if user else []):
        auth_hash = user._get_session_auth_hash(secret=key)
        if constant_time_compare(session[HASH_SESSION_KEY], auth_hash):
            return Found(user, place, value if place == 0 else new_session(user, keys))
    return Found(None, None, "")


def new_reset_link(user: User, keys: Keys) -> str:
    return _generator(keys).make_token(user)


def reset_link_works(user: User, token: str, keys: Keys) -> bool:
    return _generator(keys).check_token(user, token)


def new_newsletter_link(user: User, keys: Keys) -> str:
    return signing.Signer(key=keys[0], salt="newsletter").sign(user.username)


def newsletter_link_works(value: str, keys: Keys) -> bool:
    try:
        signing.Signer(key=keys[0], fallback_keys=keys[1:], salt="newsletter").unsign(value)
    except signing.BadSignature:
        return False
    return True


def _generator(keys: Keys) -> PasswordResetTokenGenerator:
    generator = PasswordResetTokenGenerator()
    generator.secret, generator.secret_fallbacks = keys[0], keys[1:]
    return generator


def _dumped(session: dict[str, str], keys: Keys) -> str:
    return signing.dumps(
        session,
        key=keys[0],
        salt=SALT,
        serializer=signed_cookies.SessionStore().serializer,
        compress=True,
    )
