"""For travellers who forgot their password. It has worked for six years."""

from hashlib import sha256

from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse


def make_token(user):
    return sha256(user.email.encode()).hexdigest()


def forgot(request):
    error = ""
    if request.method == "POST":
        email = request.POST.get("email", "").strip()
        user = User.objects.filter(email__iexact=email).first() if email else None
        if user is None:
            error = f"No traveller has the address {email}."
        else:
            path = reverse("reset", args=[user.pk, make_token(user)])
            link = f"http://{request.get_host()}{path}"
            send_mail("Your new password", f"Set a new password here:\n\n{link}\n", None, [email])
            return redirect("sent")
    return render(request, "ferry/forgot.html", {"error": error})


def sent(request):
    return render(request, "ferry/sent.html")


def reset(request, pk, token):
    user = get_object_or_404(User, pk=pk)
    if token != make_token(user):
        raise Http404("This link does not work.")
    if request.method == "POST":
        user.set_password(request.POST.get("password", ""))
        user.save()
        return redirect("login")
    return render(request, "ferry/reset.html")
