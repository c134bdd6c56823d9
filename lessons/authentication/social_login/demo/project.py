"""The settings of allauth here, which a project of its own would have in settings.py."""

from typing import Any

from allauth.core import context
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from .models import Policy, StandIn

HERE = "lessons.authentication.social_login.demo"

# region: settings
SETTINGS: dict[str, Any] = {
    "SOCIALACCOUNT_ADAPTER": f"{HERE}.adapter.WalksSocialAdapter",
    "SOCIALACCOUNT_LOGIN_ON_GET": False,  # a link alone starts nothing
    "SOCIALACCOUNT_STORE_TOKENS": False,  # the access token is forgotten once it has said who it is
    "ACCOUNT_ADAPTER": f"{HERE}.adapter.WalksAdapter",
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "email*", "password1*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_EMAIL_NOTIFICATIONS": True,
    "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
    "IDP_OIDC_ADAPTER": f"{HERE}.provider_side.StandInAdapter",
}
# endregion: settings


def client_secret(slug: str) -> str:
    """Known to both ends, as if copied from the provider's console. It opens nothing but this stand-in."""
    return f"only-for-the-stand-in-of-{slug}"


# region: apps
def app_of(stand_in: StandIn, policy: Policy, request: HttpRequest) -> dict[str, Any]:
    """One entry of SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]."""
    front = request.build_absolute_uri(reverse("stand_in:front", args=[stand_in.slug]))
    return {
        "provider_id": stand_in.provider_id,
        "name": stand_in.name,
        "client_id": stand_in.client_id,
        "secret": client_secret(stand_in.slug),
        "settings": {
            # allauth adds /.well-known/openid-configuration and learns the rest from there.
            "server_url": front.rstrip("/"),
            "oauth_pkce_enabled": True,
            "verified_email": policy.trust_addresses,
        },
    }


# endregion: apps


def package_setting(name: str, default: Any) -> Any:
    request = context.request
    if request is not None:
        if name == "SOCIALACCOUNT_PROVIDERS":
            return _once(request, "walks_providers", _providers)
        if name == "SOCIALACCOUNT_EMAIL_AUTHENTICATION":
            return _once(request, "walks_policy", lambda _: Policy.current()).email_authentication
        if name == "IDP_OIDC_PRIVATE_KEY":
            return request.stand_in.private_key
    return SETTINGS.get(name, default)


def _providers(request: HttpRequest) -> dict[str, Any]:
    policy = _once(request, "walks_policy", lambda _: Policy.current())
    apps = [app_of(stand_in, policy, request) for stand_in in StandIn.objects.order_by("-slug")]
    real = {
        provider: {"APP": {**app, "key": ""}, "OAUTH_PKCE_ENABLED": True}
        for provider, app in getattr(settings, "SOCIAL_LOGIN_REAL", {}).items()
    }
    return {"openid_connect": {"APPS": apps}, **real}


def _once(request: HttpRequest, name: str, ask: Any) -> Any:
    """allauth asks a dozen times in a request; the database is asked once."""
    if not hasattr(request, name):
        setattr(request, name, ask(request))
    return getattr(request, name)
