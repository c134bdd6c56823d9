"""The provider: allauth.idp.oidc behind three doors. Nothing here knows what our own site does."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from allauth.idp.oidc import views as oidc
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.csrf import csrf_exempt

from .between import stop
from .forms import PersonForm
from .models import Person, StandIn
from .seed import settle


class StandInAdapter(DefaultOIDCAdapter):
    """Who issues, and what is said about whom."""

    def get_issuer(self) -> str:
        return _address(self.request, "front").rstrip("/")

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        for key in [key for key in data if key.endswith("_endpoint")]:
            del data[key]
        data |= {
            "authorization_endpoint": _address(self.request, "authorize"),
            "token_endpoint": _address(self.request, "token"),
            "userinfo_endpoint": _address(self.request, "userinfo"),
            "jwks_uri": _address(self.request, "jwks"),
        }

    def get_user_sub(self, client: Client, user: User) -> str:
        return user.person.sub

    def get_user_by_sub(self, client: Client, sub: str) -> User | None:
        person = Person.objects.select_related("user").filter(sub=sub).first()
        return person.user if person else None

    def get_claims(
        self,
        purpose: str,
        user: User,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        person = user.person
        claims: dict[str, Any] = {"sub": person.sub}
        if "profile" in scopes:
            claims |= {"name": person.name, "preferred_username": person.handle}
        if "email" in scopes:
            claims |= {"email": person.email, "email_verified": person.email_verified}
        return claims


def _address(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(reverse(f"stand_in:{name}", args=[request.stand_in.pk]))


def at_the_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Each provider answers for itself: its key, its issuer, its own client only."""

    @wraps(view)
    def answer(request: HttpRequest, slug: str) -> HttpResponse:
        request.stand_in = get_object_or_404(StandIn, pk=slug)
        asked = request.POST.get("client_id") or request.GET.get("client_id")
        if asked and asked != request.stand_in.client_id:
            error = {"error": "invalid_client", "description": "Nobody of this name is registered here."}
            return render(request, "social_login/provider_error.html", {"error": error}, status=400)
        return view(request)

    return answer


def exempt(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For what servers call: no browser, no cookie, nothing to forge."""
    return csrf_exempt(view)


class AuthorizeView(oidc.AuthorizationView):
    """allauth's consent page, for whoever is signed in at this provider in this browser."""

    template_name = "social_login/consent.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = who_is_here(request)
        if person is None:
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('stand_in:choose', args=[request.stand_in.pk])}?{query}")
        request.user, self.person = person.user, person
        response = super().dispatch(request, *args, **kwargs)
        # The lesson shows this page in a frame of its own. A provider's real one is never framed.
        response.headers.pop("X-Frame-Options", None)
        return stop(request, response)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "person": self.person}


def who_is_here(request: HttpRequest) -> Person | None:
    """The provider's session: a cookie for its own pages, which our site's pages never see."""
    pk = request.get_signed_cookie(_cookie(request), default=None)
    return (
        Person.objects.select_related("user").filter(pk=pk, stand_in=request.stand_in).first() if pk else None
    )


def choose(request: HttpRequest) -> HttpResponse:
    """The account chooser. Real providers ask for a password, or a key, once."""
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = ""
    form = PersonForm(request.POST if "join" in request.POST else None)
    if request.method == "POST":
        if "join" not in request.POST:
            return _sign_in(request, _picked(request), onward)
        if form.is_valid():
            return _sign_in(request, settle(request.stand_in, **form.cleaned_data), onward)
    context_of = {"next": onward, "form": form, "people": request.stand_in.people.order_by("pk")}
    return render(request, "social_login/choose.html", context_of)


def _picked(request: HttpRequest) -> Person:
    pk = request.POST.get("person", "")
    if not pk.isdecimal():
        raise Http404("No such account.")
    return get_object_or_404(Person, pk=pk, stand_in=request.stand_in)


def _sign_in(request: HttpRequest, person: Person, onward: str) -> HttpResponse:
    front = reverse("stand_in:front", args=[request.stand_in.pk])
    response = redirect(onward or front)
    response.set_signed_cookie(_cookie(request), person.pk, path=front, httponly=True, samesite="Lax")
    return response


def leave(request: HttpRequest) -> HttpResponse:
    """Ends the session at the provider; our own site does not hear of it."""
    front = reverse("stand_in:front", args=[request.stand_in.pk])
    response = redirect(front)
    if request.method == "POST":
        response.delete_cookie(_cookie(request), path=front)
        messages.info(request, f"Signed out at {request.stand_in}.")
    return response


def front(request: HttpRequest) -> HttpResponse:
    return render(request, "social_login/front.html", {"person": who_is_here(request)})


def nowhere(request: HttpRequest) -> HttpResponse:
    """allauth reverses its own URL names for the discovery document; the adapter puts ours in their place."""
    raise Http404


def _cookie(request: HttpRequest) -> str:
    return f"at_{request.stand_in.pk}"
