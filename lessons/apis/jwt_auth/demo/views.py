"""The pages. Who holds which token only the browser knows; the office shows what the server knows."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from rest_framework.authtoken.models import Token
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from . import clock
from .forms import ClockForm
from .keys import PUBLIC_KEY
from .models import Parcel
from .seed import PASSWORD
from .tokens import AccessToken

READABLE, HIDDEN = "kestrel_readable", "kestrel_hidden"  # two cookies


def page(request: HttpRequest, name: str, **context: object) -> HttpResponse:
    times = {"now": clock.now(), "fast_by": clock.fast_by(), "turns": ClockForm().fields["by"].choices}
    # The demos site finds the visitor by a cookie. A client that sends none brings this parameter instead.
    ticket = request.META.get("DEMOS_TICKET", "")
    return render(
        request, f"jwt_auth/{name}.html", {"password": PASSWORD, "ticket": ticket, **times, **context}
    )


@require_GET
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    return page(request, "desk")


@require_GET
@never_cache
def forge(request: HttpRequest) -> HttpResponse:
    return page(request, "forge", public_key=PUBLIC_KEY)


@require_POST
def turn_clock(request: HttpRequest) -> HttpResponse:
    form = ClockForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("No such time.", content_type="text/plain")
    clock.turn(form.cleaned_data["by"])
    return redirect(f"jwt_auth:{form.cleaned_data['back_to']}")


@require_http_methods(["GET", "POST"])
@never_cache
def keep(request: HttpRequest) -> HttpResponse:
    """One access token, in five places. The page's script puts it into three of them."""
    if request.method == "GET":
        return page(request, "keep")
    token = str(AccessToken.for_user(User.objects.get(username="ada")))
    response = JsonResponse({"token": token})
    response.set_cookie(READABLE, token, samesite="Lax")
    response.set_cookie(HIDDEN, token, samesite="Lax", httponly=True)
    return response


@require_GET
@never_cache
def arrived(request: HttpRequest) -> HttpResponse:
    """Which of the tokens came with this request although nobody put them into a header."""
    return JsonResponse({"cookies": [name for name in (READABLE, HIDDEN) if name in request.COOKIES]})


@require_GET
@never_cache
def office(request: HttpRequest) -> HttpResponse:
    outstanding = OutstandingToken.objects.select_related("user", "blacklistedtoken").order_by("-pk")
    sessions = [
        (session, session.get_decoded().get("_auth_user_id", "")) for session in Session.objects.all()
    ]
    return page(
        request,
        "office",
        users=User.objects.order_by("pk"),
        outstanding=outstanding[:12],
        tokens=Token.objects.select_related("user").order_by("user"),
        sessions=[(session, User.objects.filter(pk=pk or None).first()) for session, pk in sessions],
        opened=Parcel.objects.filter(opened=True).order_by("locker"),
    )


@require_POST
def change_user(request: HttpRequest, pk: int) -> HttpResponse:
    """Block somebody, or make a customer of a courier; and back."""
    user = get_object_or_404(User, pk=pk)
    field = request.POST.get("field", "")
    if field not in ("is_active", "is_staff"):
        return HttpResponseBadRequest("No such field.", content_type="text/plain")
    setattr(user, field, not getattr(user, field))
    user.save(update_fields=[field])
    messages.success(request, f"{user.username}: {field} is {getattr(user, field)} from now on.")
    return redirect("jwt_auth:office")


@require_POST
def end_tokens(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that can be taken back: refresh tokens, the DRF token. Access tokens are on no list."""
    user = get_object_or_404(User, pk=pk)
    for outstanding in OutstandingToken.objects.filter(user=user):
        BlacklistedToken.objects.get_or_create(token=outstanding)
    Token.objects.filter(user=user).delete()
    messages.success(
        request, f"{user.username}'s refresh tokens are blacklisted, and the DRF token is deleted."
    )
    return redirect("jwt_auth:office")
