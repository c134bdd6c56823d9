"""The settings of allauth here, which a project of its own would have in settings.py."""

from typing import Any

from allauth.core import context

from .models import House

SETTINGS: dict[str, Any] = {
    "ACCOUNT_ADAPTER": "lessons.authentication.email_verification.demo.adapter.HarbourAdapter",
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "email*", "password1*"],
    "ACCOUNT_CHANGE_EMAIL": True,  # one address each: a new one takes the old one's place once confirmed
    "ACCOUNT_EMAIL_NOTIFICATIONS": True,  # the old address hears of it
    "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
}

# region: by-link
BY_LINK = {
    "ACCOUNT_EMAIL_VERIFICATION": "optional",
    "ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS": 3,
}
# endregion: by-link

# region: by-code
BY_CODE = {
    "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
    "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": True,
    "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT": 15 * 60,  # seconds
    "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS": 3,
    "ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND": True,
    "ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE": True,
}
# endregion: by-code

ALREADY_OVER = {
    "ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS": 0,
    "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT": 0,
}


def package_setting(name: str, default: Any) -> Any:
    return _settings().get(name, default)


def _settings() -> dict[str, Any]:
    """Of this request: allauth asks a dozen times, the database is asked once."""
    request = context.request
    if request is None:
        return SETTINGS | BY_LINK
    if not hasattr(request, "harbour_settings"):
        house = House.current()
        found = SETTINGS | (BY_CODE if house.by_code else BY_LINK)
        if house.lifetime == House.Lifetime.OVER:
            found |= ALREADY_OVER
        request.harbour_settings = found
    return request.harbour_settings
