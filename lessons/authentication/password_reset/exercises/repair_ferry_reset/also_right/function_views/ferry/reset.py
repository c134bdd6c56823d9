"""For travellers who forgot their password."""

from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode


def forgot(request):
    if request.method == "POST":
        email = request.POST.get("email", "").strip()
        for user in User.objects.filter(email__iexact=email, is_active=True).exclude(email=""):
            uid = urlsafe_base64_encode(str(user.pk).encode())
            link = settings.SITE_ORIGIN + reverse(
                "reset", args=[uid, default_token_generator.make_token(user)]
            )
            send_mail("Your new password", f"Set a new password here:\n\n{link}\n", None, [user.email])
        return redirect("sent")
    return render(request, "ferry/forgot.html")


def sent(request):
    return render(request, "ferry/sent.html")


def owner_of(uidb64):
    try:
        return User.objects.get(pk=urlsafe_base64_decode(uidb64).decode())
    except (ValueError, OverflowError, User.DoesNotExist):
        return None


def reset(request, uidb64, token):
    user = owner_of(uidb64)
    if not default_token_generator.check_token(user, token):
        return render(request, "ferry/reset.html", {"validlink": False}, status=404)
    form = SetPasswordForm(user, request.POST or None)
    if form.is_valid():
        form.save()
        return redirect("login")
    return render(request, "ferry/reset.html", {"validlink": True, "form": form})
