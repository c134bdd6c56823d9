"""Signing customers in and out."""

from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST


def current_customer(request):
    return User.objects.filter(pk=request.session.get("customer_id"), is_active=True).first()


def customer_required(view):
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        request.customer = current_customer(request)
        if request.customer is None:
            return redirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return wrapper


def sign_in(request):
    next_page = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(
        next_page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        next_page = reverse("my_parcels")
    error = ""
    if request.method == "POST":
        name, password = request.POST.get("username", ""), request.POST.get("password", "")
        user = authenticate(request, username=name, password=password)
        if user is not None:
            if request.session.get("customer_id") not in (None, user.pk):
                request.session.flush()
            request.session.cycle_key()
            request.session["customer_id"] = user.pk
            return redirect(next_page)
        error = "Name and password do not belong together."
    return render(request, "parcels/sign_in.html", {"error": error, "next": next_page})


@require_POST
def sign_out(request):
    request.session.flush()
    return redirect("home")
