"""Coming in by Acorn or Birch."""

import secrets
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from garden import tokens
from garden.models import Identity
from provider.api import Refused, exchange


@require_POST
def start(request, provider):
    site = get_site(provider)
    request.session["next"] = request.POST.get("next", "")
    query = {
        "response_type": "code",
        "scope": "openid email profile",
        "client_id": site["client_id"],
        "redirect_uri": get_callback_url(request, provider),
        "state": secrets.token_urlsafe(),
        "nonce": secrets.token_urlsafe(),
    }
    return redirect(f"{site['authorize_url']}?{urlencode(query)}")


def callback(request, provider):
    site = get_site(provider)
    if "code" not in request.GET:
        return send_back(request, f"{provider.title()} did not let you in.")
    try:
        answer = exchange(
            provider,
            client_id=site["client_id"],
            client_secret=site["client_secret"],
            code=request.GET["code"],
            redirect_uri=get_callback_url(request, provider),
        )
        claims = tokens.read(answer["id_token"], site)
    except (Refused, tokens.Invalid):
        return send_back(request, f"{provider.title()} did not let you in.")
    login(request, find_user(provider, claims))
    return redirect(request.session.pop("next", "") or "plot")


def find_user(provider, claims):
    """The account of who was signed in at the provider; a new one if there is none."""
    user = User.objects.filter(email__iexact=claims["email"]).first()
    if user is None:
        user = User.objects.create_user(
            f"{provider}-{claims['sub']}", claims["email"], first_name=claims.get("name", "")
        )
    Identity.objects.get_or_create(user=user, issuer=claims["iss"], subject=claims["sub"])
    return user


def get_site(provider):
    if provider not in settings.PROVIDERS:
        raise Http404
    return settings.PROVIDERS[provider]


def get_callback_url(request, provider):
    return request.build_absolute_uri(reverse("callback", args=[provider]))


def send_back(request, text):
    messages.error(request, text)
    return redirect("home")
