"""For travellers who forgot their password: a random token, whose digest is kept in a row."""

import secrets
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from ferry.models import ResetLink


def digest_of(token):
    return sha256(token.encode()).hexdigest()


def make_link(user):
    token = secrets.token_urlsafe(32)
    ResetLink.objects.create(
        user=user,
        digest=digest_of(token),
        made_at=timezone.now(),
        password=user.password,
        email=user.email,
    )
    return settings.SITE_ORIGIN + reverse("reset", args=[token])


def find_link(token):
    links = ResetLink.objects.filter(digest=digest_of(token)).select_related("user")
    link = links.first()
    if link is None or (link.password, link.email) != (link.user.password, link.user.email):
        return None
    return link


def forgot(request):
    if request.method == "POST":
        email = request.POST.get("email", "").strip()
        user = User.objects.filter(email__iexact=email, is_active=True).exclude(email="").first()
        if user is not None:
            text = f"Set a new password here:\n\n{make_link(user)}\n"
            send_mail("Your new password", text, None, [user.email])
        return redirect("sent")
    return render(request, "ferry/forgot.html")


def sent(request):
    return render(request, "ferry/sent.html")


def reset(request, token):
    link = find_link(token)
    if link is None:
        return render(request, "ferry/reset.html", {"validlink": False}, status=410)
    form = SetPasswordForm(link.user, request.POST or None)
    if form.is_valid():
        form.save()
        ResetLink.objects.filter(user=link.user).delete()
        return redirect("login")
    return render(request, "ferry/reset.html", {"validlink": True, "form": form})
