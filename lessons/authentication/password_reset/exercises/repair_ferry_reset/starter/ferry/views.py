from django.contrib.auth.decorators import login_required
from django.shortcuts import render


def home(request):
    return render(request, "ferry/home.html")


@login_required
def crossings(request):
    return render(request, "ferry/crossings.html", {"crossings": request.user.crossings.order_by("pk")})
