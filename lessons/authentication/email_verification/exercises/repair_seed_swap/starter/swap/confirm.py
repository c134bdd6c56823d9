"""Letters that confirm an address."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core import signing
from django.core.mail import send_mail
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST


def send_letter(user):
    key = signing.dumps(user.pk, salt="confirm")
    link = f"https://swap.example{reverse('confirm', args=[key])}"
    send_mail("Is this your address?", f"Confirm it here:\n\n{link}\n", None, [user.email])


@require_POST
@login_required
def again(request):
    send_letter(request.user)
    return redirect("account")


def confirm(request, key):
    try:
        user = User.objects.get(pk=signing.loads(key, salt="confirm"))
    except (signing.BadSignature, User.DoesNotExist):
        return render(request, "swap/refused.html", status=404)
    user.swapper.is_confirmed = True
    user.swapper.save()
    login(request, user)
    return redirect("account")
