"""Signing customers in and out, on what Django has for it."""

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST


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
            login(request, user)
            return redirect(next_page)
        known = User.objects.filter(username=name).exists()
        error = "That password is wrong." if known else "There is no customer of that name."
    return render(request, "parcels/sign_in.html", {"error": error, "next": next_page})


@require_POST
def sign_out(request):
    logout(request)
    return redirect("home")
