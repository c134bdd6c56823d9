from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.core.signing import dumps
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ferry.models import Booking


def home(request):
    request.session["seen"] = True
    return render(request, "ferry/home.html", {"bookings": Booking.objects.count()})


@require_POST
def book(request):
    Booking.objects.create(passenger=request.POST["passenger"])
    return redirect("home")


@require_POST
def reset(request):
    user = User.objects.filter(email=request.POST["email"]).first()
    if user is not None:
        code = dumps(user.pk, salt="reset")
        link = request.build_absolute_uri(f"/reset/{code}/")
        send_mail("Your password", link, "office@ferry.example", [user.email])
    return HttpResponse("If we know that address, a mail is on its way.")


def livez(request):
    return HttpResponse("ok")
