"""Letters that confirm an address."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core import signing
from django.core.cache import cache
from django.core.mail import send_mail
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from swap.models import Swapper


def send_letter(user):
    # add() says False where the key is there already: one letter to an address, whoever asks.
    if not cache.add(f"letter:{user.email.lower()}", True, settings.LETTER_EVERY):
        return
    key = signing.dumps({"pk": user.pk, "email": user.email}, salt="confirm")
    link = f"https://swap.example{reverse('confirm', args=[key])}"
    send_mail("Is this your address?", f"Confirm it here:\n\n{link}\n", None, [user.email])


@require_POST
@login_required
def again(request):
    send_letter(request.user)
    return redirect("account")


def user_behind(key):
    try:
        found = signing.loads(key, salt="confirm", max_age=settings.CONFIRM_TIMEOUT)
    except signing.BadSignature:
        return None
    return User.objects.filter(**found).first()


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
