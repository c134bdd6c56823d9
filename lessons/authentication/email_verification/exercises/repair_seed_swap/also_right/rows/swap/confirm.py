"""Letters that confirm an address."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.mail import send_mail
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from swap.models import Letter, Swapper


def send_letter(user):
    now = timezone.now()
    lately = now - timedelta(seconds=settings.LETTER_EVERY)
    if Letter.objects.filter(email__iexact=user.email, sent_at__gt=lately).exists():
        return
    key = secrets.token_urlsafe(24)
    Letter.objects.create(user=user, email=user.email, key=key, sent_at=now)
    link = f"https://swap.example{reverse('confirm', args=[key])}"
    send_mail("Is this your address?", f"Confirm it here:\n\n{link}\n", None, [user.email])


@require_POST
@login_required
def again(request):
    send_letter(request.user)
    return redirect("account")


def user_behind(key):
    oldest = timezone.now() - timedelta(seconds=settings.CONFIRM_TIMEOUT)
    letter = Letter.objects.filter(key=key, sent_at__gte=oldest).select_related("user").first()
    return letter.user if letter and letter.email == letter.user.email else None


def is_taken(user):
    others = Swapper.objects.filter(user__email__iexact=user.email, is_confirmed=True)
    return others.exclude(user=user).exists()


def confirm(request, key):
    user = user_behind(key)
    if user is None or is_taken(user):
        return render(request, "swap/refused.html", status=404)
    if request.method != "POST":
        return render(request, "swap/confirm.html", {"email": user.email})
    Swapper.objects.filter(user=user).update(is_confirmed=True)
    return redirect("account")
