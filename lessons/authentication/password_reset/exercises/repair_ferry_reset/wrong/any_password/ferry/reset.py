"""For travellers who forgot their password: a signed token that remembers what the account was like."""

from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.core.mail import send_mail
from django.shortcuts import redirect, render
from django.urls import reverse

SALT = "ferry.reset"


def state_of(user):
    return sha256(f"{user.password}|{user.email}".encode()).hexdigest()


def user_behind(token):
    try:
        found = signing.loads(token, salt=SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=found["pk"], is_active=True).first()
    return user if user is not None and state_of(user) == found["state"] else None


def forgot(request):
    if request.method == "POST":
        email = request.POST.get("email", "").strip()
        user = User.objects.filter(email__iexact=email, is_active=True).exclude(email="").first()
        if user is not None:
            token = signing.dumps({"pk": user.pk, "state": state_of(user)}, salt=SALT)
            link = settings.SITE_ORIGIN + reverse("reset", args=[token])
            send_mail("Your new password", f"Set a new password here:\n\n{link}\n", None, [user.email])
        return redirect("sent")
    return render(request, "ferry/forgot.html")


def sent(request):
    return render(request, "ferry/sent.html")


def reset(request, token):
    user = user_behind(token)
    if user is None:
        return render(request, "ferry/reset.html", {"validlink": False})
    if request.method == "POST":
        password = request.POST.get("password", "")
        user.set_password(password)
        user.save()
        return redirect("login")
    return render(request, "ferry/reset.html", {"validlink": True})
