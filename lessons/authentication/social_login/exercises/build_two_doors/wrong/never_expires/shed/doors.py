"""Coming in by a provider, and connecting one to an account."""

import secrets
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_POST

from provider.api import Refused, challenge, exchange
from shed import jws
from shed.models import Identity


@require_POST
def start(request, provider):
    return send_away(request, provider, user=None)


@require_POST
@login_required
def connect(request, provider):
    return send_away(request, provider, user=request.user.pk)


def send_away(request, provider, user):
    """To the provider. The attempt waits in the session; `user` is whose account is to be connected."""
    site = get_site(provider)
    attempt = {"provider": provider, "user": user}
    attempt |= {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    request.session["attempt"] = attempt
    query = {
        "response_type": "code",
        "scope": "openid email profile",
        "client_id": site["client_id"],
        "redirect_uri": get_callback_url(request, provider),
        "state": attempt["state"],
        "nonce": attempt["nonce"],
        "code_challenge": challenge(attempt["verifier"]),
        "code_challenge_method": "S256",
    }
    return redirect(f"{site['authorize_url']}?{urlencode(query)}")


def callback(request, provider):
    site = get_site(provider)
    attempt = request.session.pop("attempt", None)
    if not is_answer(request, provider, attempt):
        return send_back(request, "Please begin again.")
    try:
        claims = get_claims(request, provider, site, attempt)
    except (Refused, jws.BadToken):
        return send_back(request, f"{provider.title()} did not let you in.")
    if attempt["user"] is None:
        return let_in(request, provider, claims)
    return add(request, attempt, claims)


def is_answer(request, provider, attempt):
    if attempt is None or attempt["provider"] != provider or "code" not in request.GET:
        return False
    return constant_time_compare(attempt["state"], request.GET.get("state", ""))


def get_claims(request, provider, site, attempt):
    """What the provider says of who was there. Raises Refused or BadToken."""
    answer = exchange(
        provider,
        client_id=site["client_id"],
        client_secret=site["client_secret"],
        code=request.GET["code"],
        redirect_uri=get_callback_url(request, provider),
        code_verifier=attempt["verifier"],
    )
    claims = jws.read(answer["id_token"], site["client_secret"])
    audience = claims.get("aud")
    if claims.get("iss") != site["issuer"]:
        raise jws.BadToken("issuer")
    if site["client_id"] not in (audience if isinstance(audience, list) else [audience]):
        raise jws.BadToken("audience")
    if claims.get("nonce") != attempt["nonce"]:
        raise jws.BadToken("nonce")
    return claims


def let_in(request, provider, claims):
    identity = find_identity(claims)
    user = identity.user if identity else make_user(provider, claims)
    if user is None:
        text = "Your address has an account here. Sign in to it; you can connect this one there."
        return send_back(request, text)
    login(request, user)
    return redirect("shelf")


def find_identity(claims):
    return Identity.objects.filter(issuer=claims["iss"], subject=claims["sub"]).first()


def make_user(provider, claims):
    """A new account; None if the address has one."""
    email = claims.get("email", "") if claims.get("email_verified") is True else ""
    if email and User.objects.filter(email__iexact=email).exists():
        return None
    with transaction.atomic():
        # Without a password, create_user() writes an unusable one.
        user = User.objects.create_user(
            f"{provider}-{claims['sub']}", email, first_name=claims.get("name", "")
        )
        Identity.objects.create(user=user, issuer=claims["iss"], subject=claims["sub"])
    return user


def add(request, attempt, claims):
    if attempt["user"] != request.user.pk:
        return send_back(request, "Please begin again.")
    identity = find_identity(claims)
    if identity is None:
        Identity.objects.create(user=request.user, issuer=claims["iss"], subject=claims["sub"])
    elif identity.user != request.user:
        messages.error(request, "That one is connected to another account.")
    return redirect("connections")


def get_site(provider):
    if provider not in settings.PROVIDERS:
        raise Http404
    return settings.PROVIDERS[provider]


def get_callback_url(request, provider):
    return request.build_absolute_uri(reverse("callback", args=[provider]))


def send_back(request, text):
    messages.error(request, text)
    return redirect("home")
