"""Our side of the dance: what this site adds to allauth's."""

import secrets
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.http import HttpRequest
from django.urls import reverse

from . import dances


class WalksAdapter(DefaultAccountAdapter):
    """Where people are sent next. A project with LOGIN_REDIRECT_URL and its like needs none of this."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("social_login:home")

    get_signup_redirect_url = get_logout_redirect_url = get_login_redirect_url


class WalksSocialAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The ID token has to answer the very request that this browser was sent with."""
        sent = sociallogin.state.get("nonce")
        if sent is None:
            return  # a real provider beside the stand-ins, by allauth's own class
        claimed = sociallogin.account.extra_data.get("id_token", {}).get("nonce", "")
        if not secrets.compare_digest(sent, claimed):
            raise OAuth2Error("The nonce in the ID token is not the one that was sent.")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        dances.refused(request, error, exception, extra_context or {})

    def get_requests_session(self) -> requests.Session:
        session = super().get_requests_session()
        session.hooks["response"].append(dances.note_call)
        loopback = self.request.META.get("DEMOS_LOOPBACK")
        if loopback is not None:
            # The stand-ins are this very server. A real project has no such line: its calls go out.
            session.mount(self.request.build_absolute_uri(reverse("social_login:home")), loopback)
        return session
