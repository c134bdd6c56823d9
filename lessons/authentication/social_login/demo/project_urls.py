"""allauth's views, under the names by which allauth looks for them, and the three providers.

A project writes `path("accounts/", include("allauth.urls"))`, and has no providers of its own.
"""

from allauth.idp.oidc import views as oidc
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.urls import include, path, reverse_lazy
from django.utils.module_loading import import_string

from . import accounts, provider_side
from .provider_side import at_the_door, nowhere

signed_in = login_required(login_url=reverse_lazy("account_login"))

stand_in = [
    path("", at_the_door(provider_side.front), name="front"),
    path("choose/", at_the_door(provider_side.choose), name="choose"),
    path("leave/", at_the_door(provider_side.leave), name="leave"),
    path("authorize/", at_the_door(provider_side.AuthorizeView.as_view()), name="authorize"),
    path("token/", provider_side.exempt(at_the_door(oidc.token)), name="token"),
    path("userinfo/", provider_side.exempt(at_the_door(oidc.user_info)), name="userinfo"),
    path(".well-known/openid-configuration", at_the_door(oidc.configuration), name="configuration"),
    path(".well-known/jwks.json", at_the_door(oidc.jwks), name="jwks"),
]

NAMES = ("authorization", "device_code", "jwks", "logout", "revoke", "token", "userinfo")
names_only = [path(f"{name}/", nowhere, name=name) for name in NAMES]

urlpatterns = [
    path("accounts/login/", accounts.SignInView.as_view(), name="account_login"),
    path("accounts/logout/", accounts.SignOutView.as_view(), name="account_logout"),
    path("accounts/signup/", accounts.SignUpView.as_view(), name="account_signup"),
    path("accounts/inactive/", accounts.InactiveView.as_view(), name="account_inactive"),
    path("accounts/oidc/<slug:provider_id>/login/", accounts.begin, name="openid_connect_login"),
    path(
        "accounts/oidc/<slug:provider_id>/login/callback/", accounts.come_back, name="openid_connect_callback"
    ),
    path(
        "accounts/3rdparty/", signed_in(accounts.ConnectionsView.as_view()), name="socialaccount_connections"
    ),
    path("accounts/3rdparty/signup/", accounts.SocialSignUpView.as_view(), name="socialaccount_signup"),
    path(
        "accounts/3rdparty/cancelled/", accounts.social.login_cancelled, name="socialaccount_login_cancelled"
    ),
    path("accounts/3rdparty/error/", accounts.social.login_error, name="socialaccount_login_error"),
    path("at/<slug:slug>/", include((stand_in, "stand_in"))),
    path("names/", include(([path("", include((names_only, "oidc")))], "idp"))),
    *(
        path(
            "accounts/",
            include(import_string(f"allauth.socialaccount.providers.{provider}.urls.urlpatterns")),
        )
        for provider in getattr(settings, "SOCIAL_LOGIN_REAL", {})
    ),
]
