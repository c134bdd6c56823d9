"""The bank: pages that show, and three addresses that move money."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token, rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import origins
from .arrivals import noted
from .bank import NotEnough, move
from .forms import DefencesForm, TransferForm
from .models import Account, Arrival, Defences, Transfer
from .protection import as_switched, unmask
from .seed import CUSTOMERS

members_only = login_required(login_url=reverse_lazy("csrf:login"), redirect_field_name=None)


class SignInView(LoginView):
    template_name = "csrf/login.html"
    next_page = "csrf:home"
    extra_context = {"customers": CUSTOMERS}


class SignOutView(LogoutView):
    next_page = "csrf:home"


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    account = Account.objects.filter(owner_id=request.user.pk).first()
    transfers = Transfer.objects.select_related("sender__owner", "recipient__owner").order_by("-pk")[:8]
    context = {
        "account": account,
        "form": TransferForm(initial={"to": "mallory"}),
        "transfers": transfers if account else [],
        "came_from_elsewhere": request.headers.get("Sec-Fetch-Site") == "cross-site",
        "attacker": origins.attacker_origin(),
        "crossing": origins.crossing(request),
    }
    return render(request, "csrf/home.html", context)


@noted
@as_switched
@require_POST
@members_only
def transfer(request: HttpRequest) -> HttpResponse:
    form = TransferForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was sent: choose a customer, and an amount from 1 to 1,000.")
        return redirect("csrf:home")
    try:
        order = form.cleaned_data
        request.moved = move(request.user, order["to"], order["amount"])
    except NotEnough as short:
        messages.error(request, f"Nothing was sent. {short}")
    else:
        messages.success(request, f"Sent: {request.moved}.")
    return redirect("csrf:home")


@noted
@as_switched
@require_POST
def api_transfer(request: HttpRequest) -> HttpResponse:
    """For the phone app: JSON in, JSON out. It never asks what the Content-Type says."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": "Sign in first."}, status=401)
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return JsonResponse({"error": "That is no JSON object."}, status=400)
    form = TransferForm(body)
    if not form.is_valid():
        return JsonResponse({"error": form.errors}, status=400)
    try:
        order = form.cleaned_data
        request.moved = move(request.user, order["to"], order["amount"])
    except NotEnough as short:
        return JsonResponse({"error": str(short)}, status=409)
    return JsonResponse({"sent": request.moved.amount, "to": form.cleaned_data["to"].owner.username})


@noted
@require_GET
@members_only
def pay(request: HttpRequest) -> HttpResponse:
    """A payment link, as in a newsletter: it pays, or it fills in the form."""
    form = TransferForm(request.GET)
    if not form.is_valid():
        messages.error(request, "That link names no customer, or no amount from 1 to 1,000.")
        return redirect("csrf:home")
    if not Defences.current().links_pay:
        return render(request, "csrf/confirm.html", {"form": form})
    try:
        order = form.cleaned_data
        request.moved = move(request.user, order["to"], order["amount"])
    except NotEnough as short:
        messages.error(request, f"Nothing was sent. {short}")
    else:
        messages.success(request, f"Sent: {request.moved}.")
    return redirect("csrf:home")


@require_http_methods(["GET", "POST"])
def defences(request: HttpRequest) -> HttpResponse:
    row = Defences.current()
    form = DefencesForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        # A browser keeps the attributes that came with a cookie: both have to be sent again.
        if request.session.session_key:
            request.session.modified = True
        rotate_token(request)
        messages.success(request, "Changed. Both cookies were sent again, with their new attributes.")
        return redirect("csrf:defences")
    return render(request, "csrf/defences.html", {"form": form, "attacker": origins.attacker_origin()})


@require_GET
@never_cache
def arrivals(request: HttpRequest) -> HttpResponse:
    here = f"{request.scheme}://{request.get_host()}"
    return render(
        request, "csrf/arrivals.html", {"arrivals": Arrival.objects.order_by("-pk")[:20], "here": here}
    )


@require_GET
@never_cache
def token(request: HttpRequest) -> HttpResponse:
    tokens = [get_token(request), get_token(request)]
    context = {
        "secret": request.META["CSRF_COOKIE"],
        "tokens": [{"mask": one[:32], "cipher": one[32:], "secret": unmask(one)} for one in tokens],
    }
    return render(request, "csrf/token.html", context)
