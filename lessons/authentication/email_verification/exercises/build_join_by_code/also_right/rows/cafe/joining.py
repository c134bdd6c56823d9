"""Joining by code, with a row for each attempt."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.utils import timezone

from cafe.forms import CodeForm, JoinForm
from cafe.models import Joining


def join(request):
    form = JoinForm(request.POST or None)
    if not form.is_valid():
        return render(request, "cafe/join.html", {"form": form})
    joining = Joining(username=form.cleaned_data["username"], email=form.cleaned_data["email"].lower())
    joining.password = make_password(form.cleaned_data["password1"])
    send_code(joining)
    request.session["joining"] = joining.pk
    return redirect("code")


def send_code(joining):
    code = "".join(secrets.choice("0123456789") for _ in range(6))
    joining.code = make_password(code)
    joining.sent_at = timezone.now()
    joining.wrong = 0
    joining.letters += 1
    joining.save()
    if User.objects.filter(email__iexact=joining.email).exists():
        joining.code = make_password(None)
        joining.save()
        send_mail("Joining", "You have an account here already.", None, [joining.email])
    else:
        send_mail("Joining", f"The code:\n\n    {code}\n", None, [joining.email])


def find_joining(request):
    oldest = timezone.now() - timedelta(seconds=settings.CODE_TIMEOUT)
    found = Joining.objects.filter(pk=request.session.get("joining"), sent_at__gte=oldest)
    return found.filter(wrong__lt=settings.CODE_TRIES).first()


def code(request):
    joining = find_joining(request)
    if joining is None:
        return redirect("join")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if check_password(form.cleaned_data["code"], joining.code):
            return let_in(request, joining)
        joining.wrong += 1
        joining.save()
        form.add_error("code", "That is not the code.")
    return render(request, "cafe/code.html", {"form": form, "email": joining.email})


def let_in(request, joining):
    user = User(username=joining.username, email=joining.email, password=joining.password)
    joining.delete()
    if User.objects.filter(email__iexact=user.email).exists():
        return redirect("join")
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        return redirect("join")
    login(request, user)
    return redirect("bench")


def another(request):
    joining = find_joining(request)
    if joining is not None and request.method == "POST" and joining.letters < settings.CODE_LETTERS:
        send_code(joining)
    return redirect("code")
