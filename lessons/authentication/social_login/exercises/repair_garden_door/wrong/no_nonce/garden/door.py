"""Coming in by Acorn or Birch."""

import secrets
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from garden import tokens
from garden.models import Identity
from provider.api import Refused, exchange


@require_POST
def start(request, provider):
    site = get_site(provider)
    attempt = {
        "provider": provider,
        "state": secrets.token_urlsafe(),
        "nonce": secrets.token_urlsafe(),
        "next": request.POST.get("next", ""),
    }
    request.session["attempt"] = attempt
    query = {
        "response_type": "code",
        "scope": "openid email profile",
        "client_id": site["client_id"],
        "redirect_uri": get_callback_url(request, provider),
        "state": attempt["state"],
        "nonce": attempt["nonce"],
    }
    return redirect(f"{site['authorize_url']}?{urlencode(query)}")


def callback(request, provider):
    site = get_site(provider)
    attempt = request.session.pop("attempt", None)
    if not is_answer(request, provider, attempt):
        return send_back(request, "This is not the answer to what you began here. Please begin again.")
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
    user = find_user(provider, claims)
    if user is None:
        return send_back(request, "Your address has an account here. Please sign in to that.")
    login(request, user)
    return redirect(get_next(request, attempt))


def is_answer(request, provider, attempt):
    if attempt is None or attempt["provider"] != provider:
        return False
    return constant_time_compare(attempt["state"], request.GET.get("state", ""))


def get_next(request, attempt):
    safe = url_has_allowed_host_and_scheme(attempt["next"], allowed_hosts={request.get_host()})
    return attempt["next"] if safe else "plot"


def find_user(provider, claims):
    """The account of who was signed in at the provider, maybe a new one. None if the address is taken."""
    known = Identity.objects.filter(issuer=claims["iss"], subject=claims["sub"]).first()
    if known is not None:
        return known.user
    email = claims.get("email", "") if claims.get("email_verified") is True else ""
    if email and User.objects.filter(email__iexact=email).exists():
        return None
    name = claims.get("name", "")
    with transaction.atomic():
        user = User.objects.create_user(f"{provider}-{claims['sub']}", email, first_name=name)
        Identity.objects.create(user=user, issuer=claims["iss"], subject=claims["sub"])
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
