"""allauth's own views; what is ours is how they look, and that each step is written down."""

from typing import Any

from allauth.account import views as account
from allauth.socialaccount import views as social
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.http import Http404, HttpRequest, HttpResponse

from . import dances
from .between import stop
from .buttons import buttons
from .registration import register_here


class SignInView(account.LoginView):
    template_name = "social_login/login.html"


class SignUpView(account.SignupView):
    template_name = "social_login/signup.html"


class SignOutView(account.LogoutView):
    template_name = "social_login/logout.html"


class InactiveView(account.AccountInactiveView):
    template_name = "social_login/word.html"
    extra_context = {"heading": "This account is not active"}


class SocialSignUpView(social.SignupView):
    """Where somebody lands whose address (or name) is taken here."""

    template_name = "social_login/social_signup.html"


class ConnectionsView(social.ConnectionsView):
    template_name = "social_login/connections.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "providers": buttons(self.request)}


def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The button. allauth makes state, nonce and verifier, keeps them in the session, and redirects."""
    if request.method != "POST":
        return openid_connect.login(request, provider_id)
    register_here(request)
    dance = dances.begin(request, provider_id, _name_of(request, provider_id))
    response = openid_connect.login(request, provider_id)
    if response.status_code == 302:
        dances.went_out(dance, response)
    return stop(request, response)


def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The callback. allauth compares the state, redeems the code, asks who it is, and signs in."""
    _name_of(request, provider_id)
    dance = dances.came_back(request, provider_id)
    response = openid_connect.callback(request, provider_id)
    if dance is not None:
        dances.ended(dance, request, response)
    return response


def _name_of(request: HttpRequest, provider_id: str) -> str:
    try:
        return get_adapter().get_provider(request, provider_id).name
    except SocialApp.DoesNotExist:
        raise Http404(f"There is no provider {provider_id}.") from None
