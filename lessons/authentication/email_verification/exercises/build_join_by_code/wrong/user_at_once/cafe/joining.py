"""Joining by code. Until the code is right there is no user: what we know of one is in the session."""

import secrets
import time

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_POST

from cafe.forms import CodeForm, JoinForm

KEY = "joining"


def join(request):
    form = JoinForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        pending = {
            "username": data["username"],
            "email": data["email"],
            "password": make_password(data["password1"]),
            "letters": 0,
        }
        send_code(request, pending)
        if not is_taken(pending["email"]):
            User.objects.create(**{name: pending[name] for name in ("username", "email", "password")})
        return redirect("code")
    return render(request, "cafe/join.html", {"form": form})


def send_code(request, pending):
    new = {"code": f"{secrets.randbelow(1_000_000):06}", "at": time.time(), "wrong": 0}
    request.session[KEY] = {**pending, **new, "letters": pending["letters"] + 1}
    if is_taken(pending["email"]):
        text = "Somebody, you perhaps, wants to join with this address. It has an account already.\n"
    else:
        text = f"Your code is {new['code']}. It is good for ten minutes.\n"
    send_mail("Joining the Repair Café", text, None, [pending["email"]])


def is_taken(email):
    return User.objects.filter(email__iexact=email).exists()


def find_pending(request):
    pending = request.session.get(KEY)
    if pending and time.time() - pending["at"] > settings.CODE_TIMEOUT:
        del request.session[KEY]
        return None
    return pending


def code(request):
    pending = find_pending(request)
    if pending is None:
        return redirect("join")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if is_right(form.cleaned_data["code"], pending):
            del request.session[KEY]
            return let_in(request, pending)
        pending["wrong"] += 1
        request.session[KEY] = pending
        if pending["wrong"] >= settings.CODE_TRIES:
            del request.session[KEY]
            return redirect("join")
        form.add_error("code", "That is not the code.")
    return render(request, "cafe/code.html", {"form": form, "email": pending["email"]})


def is_right(typed, pending):
    return constant_time_compare(typed.strip(), pending["code"])


def let_in(request, pending):
    user = User.objects.get(username=pending["username"])
    login(request, user)
    return redirect("bench")


@require_POST
def another(request):
    pending = find_pending(request)
    if pending is None:
        return redirect("join")
    if pending["letters"] < settings.CODE_LETTERS:
        send_code(request, pending)
    return redirect("code")
