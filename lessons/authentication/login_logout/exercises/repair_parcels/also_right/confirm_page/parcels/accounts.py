"""Signing customers in and out, on what Django has for it."""

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def sign_in(request):
    next_page = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(
        next_page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        next_page = reverse("my_parcels")
    form = AuthenticationForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return redirect(next_page)
    return render(request, "parcels/sign_in.html", {"form": form, "next": next_page})


def sign_out(request):
    """GET asks, POST does it."""
    if request.method == "POST":
        logout(request)
        return redirect("home")
    return render(request, "parcels/sign_out.html")
