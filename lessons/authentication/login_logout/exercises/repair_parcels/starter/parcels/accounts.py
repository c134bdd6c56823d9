"""Signing customers in and out. Written in a hurry, and nobody has complained so far."""

from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.shortcuts import redirect, render
from django.urls import reverse


def current_customer(request):
    return User.objects.filter(pk=request.session.get("customer_id")).first()


def customer_required(view):
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        request.customer = current_customer(request)
        if request.customer is None:
            return redirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return wrapper


def sign_in(request):
    next_page = request.POST.get("next") or request.GET.get("next") or reverse("my_parcels")
    error = ""
    if request.method == "POST":
        user = User.objects.filter(username=request.POST.get("username", "")).first()
        if user is None:
            error = "There is no customer of that name."
        elif not user.check_password(request.POST.get("password", "")):
            error = "That password is wrong."
        else:
            request.session["customer_id"] = user.pk
            if not next_page.startswith("/"):
                next_page = reverse("my_parcels")
            return redirect(next_page)
    return render(request, "parcels/sign_in.html", {"error": error, "next": next_page})


def sign_out(request):
    request.session.pop("customer_id", None)
    return redirect("home")
